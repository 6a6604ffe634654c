// A server on a free loopback port with a fake service behind it.
#pragma once

#include "client.hpp"
#include "edge/io_threads.hpp"
#include "edge/server.hpp"
#include "fake_service.hpp"

#include <fstream>

namespace enclaved::tests {

/// A file that lives as long as its test.
class temporary_file {
public:
  explicit temporary_file(std::string_view text = {}) {
    const int descriptor = ::mkstemp(path_.data());
    REQUIRE(descriptor >= 0);
    ::close(descriptor);
    write(text);
  }
  ~temporary_file() { ::unlink(path_.c_str()); }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;

  void write(std::string_view text) const { std::ofstream{path_, std::ios::binary | std::ios::trunc} << text; }
  const std::string& path() const { return path_; }

private:
  std::string path_ = "/tmp/enclaved-test-XXXXXX";
};

inline edge::server_options on_free_ports() {
  edge::server_options options;
  options.listen = {.host = "127.0.0.1", .port = 0};
  options.http_listen = {.host = "127.0.0.1", .port = 0};
  options.info = {.version = "1.2.3", .node = "n1", .role = "standalone"};
  options.bounds.linger_ms = 200;
  return options;
}

struct house {
  explicit house(edge::server_options options = on_free_ports(), std::size_t io_thread_count = 2)
      : threads(io_thread_count), server(threads, std::move(options), service) {
    const auto started = server.start();
    INFO((started ? std::string{} : started.problem().message));
    REQUIRE(started);
  }

  client connect(int receive_buffer = 0) const { return client{server.port(), receive_buffer}; }

  edge::io_threads threads; // outlives the service, which may keep peers
  fake_service service;
  edge::server server;
};

} // namespace enclaved::tests
