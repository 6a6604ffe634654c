#include "edge/tls_tunnel.hpp"

#include "base/clock.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace enclaved::edge {

namespace {

struct release {
  void operator()(SSL_CTX* it) const { SSL_CTX_free(it); }
  void operator()(SSL* it) const { SSL_free(it); }
};

class descriptor {
public:
  explicit descriptor(int it) : it_(it) {}
  descriptor(descriptor&& other) noexcept : it_(std::exchange(other.it_, -1)) {}
  descriptor& operator=(descriptor&&) = delete;
  ~descriptor() {
    if (it_ >= 0) ::close(it_);
  }
  int get() const { return it_; }
  int give() { return std::exchange(it_, -1); }

private:
  int it_;
};

error refused(const std::string& why) { return {error_code::unavailable, "TLS with the server failed: " + why}; }

std::string last_reason() {
  const auto code = ERR_get_error();
  if (code == 0) return "the connection was closed";
  const char* text = ERR_reason_error_string(code);
  return text == nullptr ? "unknown reason" : text;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  return inet_pton(AF_INET, host.c_str(), ignored.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), ignored.data()) == 1;
}

class tunnel {
public:
  tunnel(std::unique_ptr<SSL_CTX, release> context, std::unique_ptr<SSL, release> session, descriptor network)
      : context_(std::move(context)), session_(std::move(session)), network_(std::move(network)) {}

  status shake_hands(std::uint32_t timeout_ms) {
    const auto until = steady_ms() + timeout_ms;
    for (;;) {
      ERR_clear_error();
      const int done_with = SSL_connect(session_.get());
      if (done_with == 1) return done{};
      const auto now = steady_ms();
      if (now >= until) return refused("it took too long");
      const int wants = SSL_get_error(session_.get(), done_with);
      if (wants != SSL_ERROR_WANT_READ && wants != SSL_ERROR_WANT_WRITE) {
        const auto verdict = SSL_get_verify_result(session_.get());
        return refused(verdict == X509_V_OK ? last_reason() : X509_verify_cert_error_string(verdict));
      }
      pollfd one{network_.get(), static_cast<short>(wants == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT), 0};
      ::poll(&one, 1, static_cast<int>(until - now));
    }
  }

  /// Until one side ends.
  void carry(descriptor plain) {
    for (;;) {
      bool moved = false;
      if (!from_network(moved) || !to_plain(plain.get(), moved)) return;
      if (!from_plain(plain.get(), moved) || !to_network(moved)) return;
      if (moved) continue;
      const bool full = !inward_.empty();
      std::array<pollfd, 2> wanted{
          {{plain.get(), static_cast<short>((outward_.empty() ? POLLIN : 0) | (full ? POLLOUT : 0)), 0},
           {network_.get(), static_cast<short>((full ? 0 : POLLIN) | (wants_write_ ? POLLOUT : 0)), 0}}};
      if (::poll(wanted.data(), wanted.size(), -1) < 0 && errno != EINTR) return;
    }
  }

private:
  bool from_network(bool& moved) {
    if (!inward_.empty()) return true;
    ERR_clear_error();
    const int got = SSL_read(session_.get(), buffer_.data(), static_cast<int>(buffer_.size()));
    if (got <= 0) return waits(got);
    inward_.assign(buffer_.data(), static_cast<std::size_t>(got));
    return moved = true;
  }
  bool to_network(bool& moved) {
    if (outward_.empty()) return true;
    ERR_clear_error();
    const int put = SSL_write(session_.get(), outward_.data(), static_cast<int>(outward_.size()));
    if (put <= 0) return waits(put);
    outward_.erase(0, static_cast<std::size_t>(put));
    return moved = true;
  }
  bool waits(int result) {
    const int wants = SSL_get_error(session_.get(), result);
    wants_write_ = wants == SSL_ERROR_WANT_WRITE;
    return wants_write_ || wants == SSL_ERROR_WANT_READ;
  }
  bool from_plain(int plain, bool& moved) {
    if (!outward_.empty()) return true;
    const auto got = ::recv(plain, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got == 0) return false;
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    outward_.assign(buffer_.data(), static_cast<std::size_t>(got));
    return moved = true;
  }
  bool to_plain(int plain, bool& moved) {
    if (inward_.empty()) return true;
    const auto put = ::send(plain, inward_.data(), inward_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put < 0) return errno == EAGAIN || errno == EINTR;
    inward_.erase(0, static_cast<std::size_t>(put));
    return moved = true;
  }

  std::unique_ptr<SSL_CTX, release> context_;
  std::unique_ptr<SSL, release> session_;
  descriptor network_;
  std::string inward_;  ///< not yet taken by the command
  std::string outward_; ///< not yet taken by the server
  std::array<char, 16'384> buffer_{};
  bool wants_write_ = false;
};

result<std::unique_ptr<tunnel>> prepare(descriptor network, const std::string& host, const tls_tunnel_files& files) {
  std::unique_ptr<SSL_CTX, release> context(SSL_CTX_new(TLS_client_method()));
  if (!context) return refused(last_reason());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const bool believes = files.ca.empty() ? SSL_CTX_set_default_verify_paths(context.get()) == 1
                                         : SSL_CTX_load_verify_locations(context.get(), files.ca.c_str(), nullptr) == 1;
  if (!believes) return invalid_request("--ca " + files.ca + ": " + last_reason());
  if (!files.certificate.empty() &&
      (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1 ||
       SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1))
    return invalid_request("--cert " + files.certificate + ", --key " + files.key + ": " + last_reason());
  std::unique_ptr<SSL, release> session(SSL_new(context.get()));
  if (!session || SSL_set_fd(session.get(), network.get()) != 1) return refused(last_reason());
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session.get()), host.c_str());
  } else {
    // A certificate says whom it is for in its alternative names; its subject is a remark.
    SSL_set_hostflags(session.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    SSL_set1_host(session.get(), host.c_str());
    SSL_set_tlsext_host_name(session.get(), host.c_str());
  }
  return std::make_unique<tunnel>(std::move(context), std::move(session), std::move(network));
}

} // namespace

result<int> open_tls_tunnel(int connected, const std::string& host, const tls_tunnel_files& files,
                            std::uint32_t timeout_ms) {
  descriptor network(connected);
  // The thread may still run when the process ends, so what it uses is not taken down before.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
  auto made = prepare(std::move(network), host, files);
  if (!made) return made.problem();
  if (auto shaken = (*made)->shake_hands(timeout_ms); !shaken) return shaken.problem();
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return refused(std::strerror(errno));
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before); // signals are for the command
  std::thread carrier(
      [held = std::move(*made), ours = descriptor(ends[1])]() mutable { held->carry(std::move(ours)); });
  carrier.detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return ends[0];
}

} // namespace enclaved::edge
