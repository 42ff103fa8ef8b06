// The state directory: its lock, and the two files that make its identity.
#include "store/identity.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace loopbreaker::store {

std::string store_path(const std::string& state_directory) { return state_directory + "/store"; }

namespace {

Error failed(std::string_view doing, const std::string& path) {
  return {fmt::format("cannot {} '{}': {}", doing, path, std::strerror(errno)), Action::stop};
}

// A file descriptor that closes itself.
class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Result<std::string> random_hex(std::size_t bytes) {
  std::array<unsigned char, 32> random{};
  if (::getrandom(random.data(), bytes, 0) != static_cast<ssize_t>(bytes))
    return failed("draw", "random bytes");
  std::string hex;
  for (std::size_t i = 0; i < bytes; ++i) hex += fmt::format("{:02x}", random[i]);
  return hex;
}

Status write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const auto n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return failed("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return Ok{};
}

// Whole or not at all: an identity cut short by a power failure would be another one.
Status write_once(const std::string& directory, const std::string& path, const std::string& text) {
  const std::string part = path + ".new";
  {
    const File file(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (file.get() < 0) return failed("make", part);
    if (auto ok = write_all(file.get(), text, part); !ok) return ok;
    if (::fsync(file.get()) != 0) return failed("write", part);
  }
  if (::rename(part.c_str(), path.c_str()) != 0) return failed("make", path);
  const File dir(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (dir.get() < 0 || ::fsync(dir.get()) != 0) return failed("write", directory);
  return Ok{};
}

// The hex digits in `path`; drawn and written when there is no such file.
Result<std::string> keep(const std::string& directory, const std::string& name, std::size_t bytes) {
  const std::string path = directory + "/" + name;
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    if (errno != ENOENT) return failed("read", path);
    auto hex = random_hex(bytes);
    if (!hex) return hex;
    if (auto ok = write_once(directory, path, *hex + "\n"); !ok) return ok.error();
    return hex;
  }
  std::array<char, 256> buffer{};
  const auto n = ::read(file.get(), buffer.data(), buffer.size());
  if (n < 0) return failed("read", path);
  std::string hex(buffer.data(), static_cast<std::size_t>(n));
  while (!hex.empty() && (hex.back() == '\n' || hex.back() == '\r')) hex.pop_back();
  const bool good = hex.size() == 2 * bytes && std::ranges::all_of(hex, [](char c) {
                      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                    });
  if (!good) {
    return Error{
        fmt::format(
            "'{}' should hold {} hex digits and does not; restore it, or remove it to become a new "
            "instance",
            path, 2 * bytes),
        Action::stop};
  }
  return hex;
}

class LockedDirectory final : public StateDirectory {
 public:
  LockedDirectory(std::string path, File lock, std::string id)
      : path_(std::move(path)), lock_(std::move(lock)), id_(std::move(id)) {}
  const std::string& path() const override { return path_; }
  const std::string& instance_id() const override { return id_; }
  std::string store_path() const override { return store::store_path(path_); }

  Result<std::string> store_of() const override {
    const std::string path = path_ + "/store_of";
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) {
      if (errno != ENOENT) return failed("read", path);
      return std::string();
    }
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; (n = ::read(file.get(), buffer.data(), buffer.size())) != 0;) {
      if (n < 0) return failed("read", path);
      text.append(buffer.data(), static_cast<std::size_t>(n));
    }
    return text;
  }
  Status give_store_to(const std::string& whose) override {
    return write_once(path_, path_ + "/store_of", whose);
  }

 private:
  std::string path_;
  File lock_;  // held as long as it is open
  std::string id_;
};

}  // namespace

Result<std::unique_ptr<StateDirectory>> open_state_directory(const std::string& path) {
  if (path.empty()) return Error{"no state directory was given: set --state-dir", Action::stop};
  std::error_code ec;
  if (!std::filesystem::exists(path, ec)) {
    std::filesystem::create_directories(path, ec);
    if (ec) {
      return Error{fmt::format("cannot make the state directory '{}': {}", path, ec.message()),
                   Action::stop};
    }
    ::chmod(path.c_str(), 0700);  // conversations are nobody else's business
  }
  const std::string lock_path = path + "/lock";
  File lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.get() < 0) return failed("make", lock_path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failed("lock", lock_path);
    return Error{fmt::format("the state directory '{}' is in use by another process; stop that "
                             "one, or give this one a "
                             "--state-dir of its own",
                             path),
                 Action::stop};
  }
  auto id = keep(path, "instance_id", 8);
  if (!id) return id.error();
  return std::unique_ptr<StateDirectory>(
      std::make_unique<LockedDirectory>(path, std::move(lock), std::move(*id)));
}

}  // namespace loopbreaker::store
