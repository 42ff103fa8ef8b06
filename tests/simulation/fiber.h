// A worker's thread of control without a thread: it runs until it waits for something, and nothing
// else runs meanwhile, so that one seed is one order of events.
#pragma once

#include <functional>
#include <memory>

namespace loopbreaker::simulation {

class Fiber {
 public:
  explicit Fiber(std::function<void()> body);
  ~Fiber();  ///< REQUIRES: never resumed, or done
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Runs the body until it pauses or ends. An exception that leaves the body ends the program.
  void resume();
  bool started() const;
  bool done() const;

  /// Back to whoever resumed the fiber that is running. REQUIRES: inside of a body, not while an
  /// exception is handled.
  static void pause();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loopbreaker::simulation
