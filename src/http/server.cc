// Server over cpp-httplib.
#include "http/server.h"

#include <httplib.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

namespace loopbreaker::http {

struct Server::Impl {
  httplib::Server server;
  Handlers handlers;
  std::string address;
  std::thread thread;
};

namespace {

struct HostPort {
  std::string host;
  int port = 0;
};

Result<HostPort> split(const std::string& address) {
  const auto wrong = [&] {
    return Error{"http address '" + address +
                 "': expected HOST:PORT with a port from 0 to 65535, e.g. 127.0.0.1:9464"};
  };
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) return wrong();
  HostPort out{address.substr(0, colon), -1};
  if (out.host.size() > 2 && out.host.front() == '[' && out.host.back() == ']') {
    out.host = out.host.substr(1, out.host.size() - 2);  // [::1]:9464
  }
  const char* first = address.data() + colon + 1;
  const char* last = address.data() + address.size();
  const auto [end, code] = std::from_chars(first, last, out.port);
  if (code != std::errc() || end != last || out.port < 0 || out.port > 65535) return wrong();
  return out;
}

void answer(httplib::Response& response, const std::optional<std::string>& problem) {
  response.status = problem ? 503 : 200;
  response.set_content((problem ? *problem : std::string("ok")) + "\n",
                       "text/plain; charset=utf-8");
}

void route(httplib::Server& server, const Handlers& handlers) {
  server.Get("/metrics", [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(handlers.metrics_text(), "text/plain; version=0.0.4; charset=utf-8");
  });
  server.Get("/healthz", [&](const httplib::Request&, httplib::Response& response) {
    answer(response, handlers.unhealthy ? handlers.unhealthy() : std::nullopt);
  });
  server.Get("/readyz", [&](const httplib::Request&, httplib::Response& response) {
    answer(response, handlers.not_ready ? handlers.not_ready() : std::nullopt);
  });
  server.set_error_handler([](const httplib::Request& request, httplib::Response& response) {
    if (response.status != 404) return;
    response.set_content(
        "nothing at " + request.path + "; there are /metrics, /healthz and /readyz\n",
        "text/plain; charset=utf-8");
  });
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const std::string& address, Handlers handlers) {
  auto where = split(address);
  if (!where) return where.error();
  auto impl = std::make_unique<Impl>();
  impl->handlers = std::move(handlers);
  httplib::Server& server = impl->server;
  route(server, impl->handlers);
  server.new_task_queue = [] { return new httplib::ThreadPool(2); };
  server.set_keep_alive_timeout(1);  // idle connections hold up the destructor for as long
  server.set_read_timeout(2);
  server.set_write_timeout(2);
  server.set_payload_max_length(4096);
  // The library's default, SO_REUSEPORT, would let a second process share the port unnoticed.
  server.set_socket_options([](socket_t sock) {
    const int yes = 1;
    ::setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });

  errno = 0;
  int port = where->port;
  const bool bound = port == 0 ? (port = server.bind_to_any_port(where->host)) > 0
                               : server.bind_to_port(where->host, port);
  if (!bound) {
    const std::string why =
        errno != 0 ? std::strerror(errno) : "the host is not an address of this machine";
    return Error{"http address " + address + " cannot be opened: " + why +
                     "; choose another with http.address, or port 0 for a free one",
                 Action::retry};
  }
  const bool v6 = where->host.find(':') != std::string::npos;
  impl->address = (v6 ? "[" + where->host + "]" : where->host) + ":" + std::to_string(port);
  impl->thread = std::thread([&server] { server.listen_after_bind(); });
  // stop() does nothing before the loop runs: without this wait an early destructor would hang.
  while (!server.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() {
  impl_->server.stop();
  impl_->thread.join();
}
const std::string& Server::address() const { return impl_->address; }

}  // namespace loopbreaker::http
