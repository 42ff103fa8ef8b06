// The product's binary as a child process, and what it printed.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace loopbreaker::testing {

/// Standard output and error go to the file `log`.
class Process {
 public:
  Process(const std::vector<std::string>& arguments, std::string log) : log_(std::move(log)) {
    std::vector<std::string> all{LOOPBREAKER_BINARY};
    all.insert(all.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& a : all) argv.push_back(a.data());
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      const int out = open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
      dup2(out, 1);
      dup2(out, 2);
      // The product takes every variable of that beginning for its configuration, and wonders.
      for (const char* name : {"LOOPBREAKER_TEST_BROKERS", "LOOPBREAKER_DATA"}) unsetenv(name);
      execv(argv[0], argv.data());
      _exit(127);
    }
  }
  ~Process() {
    if (running()) {
      kill(SIGKILL);
      wait();
    }
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void kill(int signal) {
    if (pid_ > 0) ::kill(pid_, signal);
  }
  bool running() {
    if (pid_ <= 0) return false;
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == 0) return true;
    finish(status);
    return false;
  }
  /// Exit code; 128 + signal when killed.
  int wait() {
    if (pid_ > 0) {
      int status = 0;
      waitpid(pid_, &status, 0);
      finish(status);
    }
    return code_;
  }
  std::string output() const {
    std::ifstream file(log_);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

 private:
  void finish(int status) {
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    pid_ = -1;
  }
  pid_t pid_ = -1;
  int code_ = -1;
  std::string log_;
};

}  // namespace loopbreaker::testing
