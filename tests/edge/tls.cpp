#include "house.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

using namespace enclaved;
using namespace enclaved::tests;

namespace {

template <auto release>
struct releases {
  template <class T>
  void operator()(T* it) const {
    release(it);
  }
};
using key_ptr = std::unique_ptr<EVP_PKEY, releases<EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, releases<X509_free>>;
using bio_ptr = std::unique_ptr<BIO, releases<BIO_free_all>>;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

/// A key with a certificate that it signed itself, as files.
struct identity {
  explicit identity(const char* name) {
    const key_ptr made{EVP_EC_gen("P-256")};
    const certificate_ptr signed_by_itself{X509_new()};
    auto* it = signed_by_itself.get();
    X509_set_version(it, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(it), 1);
    X509_gmtime_adj(X509_getm_notBefore(it), -60);
    X509_gmtime_adj(X509_getm_notAfter(it), 3'600);
    X509_set_pubkey(it, made.get());
    auto* subject = X509_get_subject_name(it);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(it, subject);
    REQUIRE(X509_sign(it, made.get(), EVP_sha256()) > 0);
    const bio_ptr key_text{BIO_new(BIO_s_mem())}, certificate_text{BIO_new(BIO_s_mem())};
    PEM_write_bio_PrivateKey(key_text.get(), made.get(), nullptr, nullptr, 0, nullptr, nullptr);
    PEM_write_bio_X509(certificate_text.get(), it);
    key.write(text_of(key_text.get()));
    certificate.write(text_of(certificate_text.get()));
  }

  temporary_file key;
  temporary_file certificate;
};

/// A client under TLS that trusts anyone, since the certificate is what the test looks at.
class tls_client {
public:
  explicit tls_client(const house& house, const identity* own = nullptr, int highest_version = TLS1_3_VERSION)
      : wire_(house.connect()), context_(SSL_CTX_new(TLS_client_method())), ssl_(nullptr) {
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), highest_version);
    if (own != nullptr) {
      SSL_CTX_use_certificate_file(context_.get(), own->certificate.path().c_str(), SSL_FILETYPE_PEM);
      SSL_CTX_use_PrivateKey_file(context_.get(), own->key.path().c_str(), SSL_FILETYPE_PEM);
    }
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), wire_.descriptor());
    connected_ = SSL_connect(ssl_.get()) == 1;
  }

  bool connected() const { return connected_; }

  /// The response to a ping as JSON, or nothing when the server is not there (any more).
  std::string ping() {
    const auto request = client::request_bytes(1, "ping", "{}");
    if (SSL_write(ssl_.get(), request.data(), static_cast<int>(request.size())) <= 0) return {};
    for (;;) {
      wire::message message;
      if (reader_.next(message) == wire::message_reader::arrival::message) return *wire::to_json(message.value);
      const auto room = reader_.room();
      const int got = SSL_read(ssl_.get(), room.data(), static_cast<int>(room.size()));
      if (got <= 0) return {};
      reader_.filled(static_cast<std::size_t>(got));
    }
  }

  std::string server_name() const {
    const certificate_ptr shown{SSL_get1_peer_certificate(ssl_.get())};
    char name[64] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName, name, sizeof name);
    return name;
  }

private:
  client wire_;
  std::unique_ptr<SSL_CTX, releases<SSL_CTX_free>> context_;
  std::unique_ptr<SSL, releases<SSL_free>> ssl_;
  wire::message_reader reader_{bounds::message_bytes};
  bool connected_ = false;
};

edge::server_options under_tls(const identity& own) {
  auto options = on_free_ports();
  options.tls = {.certificate = own.certificate.path(), .key = own.key.path(), .client_ca = {}};
  return options;
}

bool closes(client& client) {
  char part[256];
  for (;;) {
    const auto got = ::recv(client.descriptor(), part, sizeof part, 0);
    if (got <= 0) return got == 0 || errno == ECONNRESET;
  }
}

} // namespace

TEST_CASE("requests go under TLS 1.2 and 1.3, and under nothing older") {
  const identity own{"server"};
  house house{under_tls(own)};
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_client client{house, nullptr, version};
    REQUIRE(client.connected());
    CHECK_THAT(client.ping(), Catch::StartsWith(R"({"time":)"));
  }
  CHECK_FALSE(tls_client(house, nullptr, TLS1_1_VERSION).connected());
}

TEST_CASE("who speaks no TLS on a TLS port is closed, at once or after the greeting's time") {
  const identity own{"server"};
  auto options = under_tls(own);
  options.bounds.greeting_ms = 50;
  house house{options};
  auto plain = house.connect();
  plain.request(1, "ping");
  CHECK(closes(plain));
  auto http = house.connect();
  http.send("GET / HTTP/1.1\r\n\r\n");
  CHECK(closes(http));
  auto silent = house.connect();
  CHECK(closes(silent));
  tls_client good{house};
  CHECK_FALSE(good.ping().empty());
}

TEST_CASE("a client CA lets in who has a certificate of it, and nobody else") {
  const identity own{"server"}, friendly{"friend"}, stranger{"stranger"};
  auto options = under_tls(own);
  options.tls.client_ca = friendly.certificate.path();
  house house{options};
  CHECK_FALSE(tls_client(house, &friendly).ping().empty());
  CHECK(tls_client(house, &stranger).ping().empty());
  CHECK(tls_client(house).ping().empty());
}

TEST_CASE("a reload shows the new certificate to new clients and keeps the old ones") {
  const identity first{"first"}, second{"second"};
  const temporary_file certificate, key;
  const auto copy = [](const temporary_file& from, const temporary_file& to) {
    std::ifstream in{from.path()};
    to.write(std::string{std::istreambuf_iterator<char>{in}, {}});
  };
  copy(first.certificate, certificate);
  copy(first.key, key);
  auto options = on_free_ports();
  options.tls = {.certificate = certificate.path(), .key = key.path(), .client_ca = {}};
  house house{options};
  tls_client before{house};
  CHECK(before.server_name() == "first");

  copy(second.certificate, certificate);
  CHECK_FALSE(house.server.reload()); // the key is still that of the first
  CHECK(tls_client(house).server_name() == "first");
  copy(second.key, key);
  REQUIRE(house.server.reload());
  CHECK(tls_client(house).server_name() == "second");
  CHECK_FALSE(before.ping().empty());
}

TEST_CASE("stopping ends connections under TLS too") {
  const identity own{"server"};
  house house{under_tls(own)};
  tls_client client{house};
  CHECK_FALSE(client.ping().empty());
  house.server.stop();
  CHECK(house.server.connections() == 0);
  CHECK(client.ping().empty());
}
