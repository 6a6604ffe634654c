// The certificate that the server shows, reloadable while connections with the former one go on.
#pragma once

#include "base/result.hpp"
#include "edge/options.hpp"

#include <memory>
#include <mutex>

namespace boost::asio::ssl {
class context;
}

namespace enclaved::edge {

class tls_settings {
public:
  explicit tls_settings(tls_files files) : files_(std::move(files)) {}

  bool enabled() const { return !files_.certificate.empty(); }
  /// Reads the files, for the first time or again. An error leaves what was there.
  status reload();
  std::shared_ptr<boost::asio::ssl::context> current() const;

private:
  tls_files files_;
  mutable std::mutex mutex_;
  std::shared_ptr<boost::asio::ssl::context> context_;
};

} // namespace enclaved::edge
