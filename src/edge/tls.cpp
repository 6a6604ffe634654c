#include "edge/tls.hpp"

#include <boost/asio/ssl/context.hpp>

namespace enclaved::edge {

namespace {

namespace ssl = boost::asio::ssl;

std::shared_ptr<ssl::context> load(const tls_files& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  auto* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS); // an idle connection keeps no record buffers
  context->use_certificate_chain_file(files.certificate);
  context->use_private_key_file(files.key, ssl::context::pem);
  if (SSL_CTX_check_private_key(native) != 1) throw std::runtime_error("the key does not belong to the certificate");
  if (!files.client_ca.empty()) {
    context->load_verify_file(files.client_ca);
    context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    constexpr unsigned char session_scope[] = "enclaved"; // resumption with client certificates needs one
    SSL_CTX_set_session_id_context(native, session_scope, sizeof session_scope - 1);
  }
  return context;
}

} // namespace

status tls_settings::reload() {
  if (!enabled()) return done{};
  try {
    auto loaded = load(files_);
    const std::scoped_lock lock{mutex_};
    context_ = std::move(loaded);
    return done{};
  } catch (const std::exception& problem) {
    return invalid_request("TLS files " + files_.certificate + ", " + files_.key + ": " + problem.what());
  }
}

std::shared_ptr<ssl::context> tls_settings::current() const {
  const std::scoped_lock lock{mutex_};
  return context_;
}

} // namespace enclaved::edge
