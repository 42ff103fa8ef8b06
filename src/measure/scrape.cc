#include "measure/scrape.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>

namespace loopbreaker::measure {
namespace {

struct Socket {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Socket() = default;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (fd >= 0) ::close(fd);
  }
};

sockaddr_in local(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// The whole answer, status line included; empty when there is none.
std::string get(int port, const std::string& path) {
  Socket socket;
  const timeval patience{2, 0};
  ::setsockopt(socket.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const sockaddr_in address = local(port);
  if (::connect(socket.fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return {};
  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  if (::send(socket.fd, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size()))
    return {};
  std::string answer;
  char buffer[16'384];
  for (ssize_t n = 0; (n = ::recv(socket.fd, buffer, sizeof buffer, 0)) > 0;)
    answer.append(buffer, static_cast<std::size_t>(n));
  return answer;
}

bool is_ok(std::string_view answer) { return answer.substr(0, 32).find(" 200 ") != answer.npos; }

}  // namespace

Result<int> free_port() {
  Socket socket;
  sockaddr_in address = local(0);
  socklen_t size = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket.fd, raw, size) != 0 || ::getsockname(socket.fd, raw, &size) != 0)
    return Error{"no free port on 127.0.0.1", Action::retry};
  return static_cast<int>(ntohs(address.sin_port));
}

double sum_of(std::string_view page, std::string_view family) {
  double sum = 0;
  for (std::size_t at = 0; at < page.size();) {
    const std::size_t end = std::min(page.find('\n', at), page.size());
    const std::string_view line = page.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(family)) continue;
    const char after = line.size() > family.size() ? line[family.size()] : '\0';
    if (after != ' ' && after != '{') continue;
    // A label's value may hold blanks; the sample's own is last.
    const std::string value(line.substr(line.rfind(' ') + 1));
    sum += std::strtod(value.c_str(), nullptr);
  }
  return sum;
}

Result<Scraped> scrape(int port) {
  const std::string page = get(port, "/metrics");
  if (!is_ok(page)) return Error{"no metrics on port " + std::to_string(port), Action::retry};
  Scraped s;
  s.folded = sum_of(page, "loopbreaker_events_total");
  s.replayed = sum_of(page, "loopbreaker_replayed_events_total");
  s.unsaved = sum_of(page, "loopbreaker_replay_events");
  s.lag = sum_of(page, "loopbreaker_lag_events");
  s.open = sum_of(page, "loopbreaker_sessions_open");
  s.spilled = sum_of(page, "loopbreaker_spilled_sessions");
  s.rocksdb_bytes = sum_of(page, "loopbreaker_rocksdb_bytes");
  return s;
}

bool ready(int port) { return is_ok(get(port, "/readyz")); }

}  // namespace loopbreaker::measure
