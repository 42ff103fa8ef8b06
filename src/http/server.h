// The small HTTP server beside the processor: metrics for Prometheus, health and readiness for
// whoever starts processes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "loopbreaker/result.h"

namespace loopbreaker::http {

/// Called on the server's threads: must be thread-safe and quick, and stay callable until the
/// Server is destroyed.
struct Handlers {
  std::function<std::string()> metrics_text;
  /// Nothing when the process is alive and well; else what is wrong, which makes /healthz answer
  /// 503.
  std::function<std::optional<std::string>()> unhealthy;
  /// Nothing when events are being processed; else why not yet ("recovering partition 3"), which
  /// makes /readyz answer 503.
  std::function<std::optional<std::string>()> not_ready;
};

/// GET /metrics, /healthz, /readyz; everything else is 404 with a hint.
class Server {
 public:
  /// `address`: "127.0.0.1:9464"; port 0 takes a free one. Serves on threads of its own when this
  /// returns.
  static Result<std::unique_ptr<Server>> start(const std::string& address, Handlers handlers);
  /// Stops serving; waits for answers under way, at most about a second.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Where it really listens, e.g. "127.0.0.1:39211".
  const std::string& address() const;

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace loopbreaker::http
