// Processes of `loopbreaker run` of one group, each with a state directory and a port of its own:
// started, stopped, killed, robbed of their disk.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "loopbreaker/result.h"
#include "measure/child.h"
#include "measure/scrape.h"
#include "measure/topics.h"

namespace loopbreaker::measure {

/// How long a process took until it was at work again, in seconds from its start.
struct Start {
  double first_event = 0;  ///< until it had folded an event that nobody had committed before
  double all_live = 0;     ///< until none of its partitions was being recovered or replayed
  double caught_up = 0;    ///< until nothing waited in the input
  double replayed = 0;     ///< events
  double replay_rate = 0;  ///< events per second while it replayed
};

class Fleet {
 public:
  /// `go_on` is asked now and then; false ends a wait early, with an error.
  Fleet(std::string brokers, std::string prefix, std::filesystem::path dir,
        std::vector<std::string> arguments, std::function<bool()> go_on);

  Status start(const std::string& name, const std::vector<std::string>& more = {});
  /// After start(): until it is at work again.
  Result<Start> watch(const std::string& name);
  Result<Scraped> ask(const std::string& name) const;
  /// Until `enough` says so; an error when the process ends before, or after `seconds`.
  Status wait_for(const std::string& name, double seconds,
                  const std::function<bool(const Scraped&)>& enough);
  /// SIGTERM; tells how long it took to leave, in seconds.
  Result<double> stop(const std::string& name);
  /// SIGKILL.
  Usage kill(const std::string& name);
  /// Removes its state directory. REQUIRES: it does not run.
  void wipe(const std::string& name);
  double peak_bytes(const std::string& name) const;
  double cpu_seconds(const std::string& name) const;
  std::string log(const std::string& name) const { return dir_ / (name + ".log"); }

 private:
  struct Member {
    Child child;
    int port;
    std::int64_t began_us;
  };
  Error failed(const std::string& name, const std::string& what) const;

  std::string brokers_, prefix_;
  std::filesystem::path dir_;
  std::vector<std::string> arguments_;
  std::function<bool()> go_on_;
  std::map<std::string, Member> members_;
};

}  // namespace loopbreaker::measure
