#include "measure/scrape.h"

#include <arpa/inet.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
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

httplib::Result get(int port, const char* path) {
  httplib::Client client("127.0.0.1", port);
  client.set_read_timeout(2);
  return client.Get(path);
}

bool is_ok(const httplib::Result& answer) { return answer && answer->status == 200; }

}  // namespace

Result<int> free_port() {
  Socket socket;
  sockaddr_in address{};  // port 0: one that is free
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
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
  const httplib::Result answer = get(port, "/metrics");
  if (!is_ok(answer)) return Error{"no metrics on port " + std::to_string(port), Action::retry};
  const std::string& page = answer->body;
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
