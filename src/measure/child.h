// A process of this program under measurement: started, told to stop or killed, and what it used.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "loopbreaker/result.h"

namespace loopbreaker::measure {

struct Usage {
  int exit_code = 0;       ///< 128 + signal when killed
  double cpu_seconds = 0;  ///< user and system
  double peak_bytes = 0;   ///< most memory resident at once
};

class Child {
 public:
  /// `arguments` to this program itself; what it prints goes to the end of the file `log`.
  static Result<Child> start(const std::vector<std::string>& arguments, const std::string& log);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  /// Kills it if it still runs.
  ~Child();

  void signal(int number) const;
  bool running();
  Usage wait();
  /// Used so far, while it runs; of any process.
  static double cpu_seconds_of(pid_t pid);
  pid_t pid() const { return pid_; }

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;
  bool over_ = false;
  Usage usage_;
};

}  // namespace loopbreaker::measure
