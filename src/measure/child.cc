#include "measure/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

namespace loopbreaker::measure {
namespace {

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

Usage usage_of(int status, const rusage& used) {
  Usage usage;
  usage.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  usage.cpu_seconds = seconds(used.ru_utime) + seconds(used.ru_stime);
  usage.peak_bytes = static_cast<double>(used.ru_maxrss) * 1024;
  return usage;
}

}  // namespace

Result<Child> Child::start(const std::vector<std::string>& arguments, const std::string& log) {
  std::vector<std::string> all{"loopbreaker"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& a : all) argv.push_back(a.data());
  argv.push_back(nullptr);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (out < 0) return Error{log + " cannot be written: " + std::strerror(errno)};
  const pid_t pid = fork();
  if (pid == 0) {
    // Interrupts are for whoever measures: it ends its children itself.
    setpgid(0, 0);
    dup2(out, 1);
    dup2(out, 2);
    execv("/proc/self/exe", argv.data());
    _exit(127);
  }
  close(out);
  if (pid < 0)
    return Error{std::string("cannot start a process: ") + std::strerror(errno), Action::retry};
  return Child(pid);
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), over_(other.over_), usage_(other.usage_) {}
Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(over_, other.over_);
  std::swap(usage_, other.usage_);
  return *this;
}
Child::~Child() {
  if (pid_ < 0 || !running()) return;
  signal(SIGKILL);
  wait();
}

void Child::signal(int number) const {
  if (pid_ > 0 && !over_) ::kill(pid_, number);
}

bool Child::running() {
  if (over_) return false;
  int status = 0;
  rusage used{};
  if (wait4(pid_, &status, WNOHANG, &used) != pid_) return true;
  usage_ = usage_of(status, used);
  over_ = true;
  return false;
}

Usage Child::wait() {
  int status = 0;
  rusage used{};
  while (!over_) {
    if (wait4(pid_, &status, 0, &used) != pid_) continue;
    usage_ = usage_of(status, used);
    over_ = true;
  }
  return usage_;
}

double Child::cpu_seconds_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  // The name in brackets may hold blanks: fields are counted from behind it.
  const std::size_t end = text.rfind(')');
  if (end == std::string::npos) return 0;
  std::istringstream fields(text.substr(end + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace loopbreaker::measure
