// NdjsonReader over zlib, which passes plain bytes through as they are.
#include "cli/ndjson.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

namespace loopbreaker::cli {

struct NdjsonReader::Impl {
  static constexpr std::size_t kChunk = 256u << 10;

  std::string path;
  gzFile file = nullptr;
  std::vector<char> buffer;
  std::size_t begin = 0;  // first byte not yet returned
  std::size_t end = 0;    // one past the last byte read
  std::uint64_t lines = 0;
  std::uint64_t total = 0;
  bool at_end = false;
  Status status = Ok{};

  ~Impl() {
    if (file != nullptr) gzclose_r(file);
  }

  std::string where() const { return path + ":" + std::to_string(lines); }

  void fail(const std::string& what) {
    status = Error{where() + ": " + what};
    at_end = true;
  }

  /// More bytes behind `end`. False when there are none.
  bool fill() {
    if (at_end) return false;
    if (begin > 0) {
      std::memmove(buffer.data(), buffer.data() + begin, end - begin);
      end -= begin;
      begin = 0;
    }
    if (end > kLineMax) {
      ++lines;
      fail("line is longer than 64 MiB; is this a file with one event per line?");
      return false;
    }
    if (buffer.size() < end + kChunk) buffer.resize(std::max(end + kChunk, buffer.size() * 2));
    const int n = gzread(file, buffer.data() + end, static_cast<unsigned>(kChunk));
    if (n > 0) end += static_cast<std::size_t>(n);
    if (n < static_cast<int>(kChunk)) {
      int code = Z_OK;
      const char* message = gzerror(file, &code);
      if (code == Z_ERRNO) {
        fail(std::string("cannot be read: ") + std::strerror(errno));
      } else if (code == Z_BUF_ERROR) {
        fail("compressed file ends too early; it was probably cut while being copied");
      } else if (code != Z_OK && code != Z_STREAM_END) {
        fail(std::string("compressed file is damaged: ") + message);
      } else if (n == 0) {
        at_end = true;
      }
    }
    return n > 0;
  }
};

namespace {
bool blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}
}  // namespace

Result<NdjsonReader> NdjsonReader::open(const std::string& path) {
  auto impl = std::make_unique<Impl>();
  impl->path = path == "-" ? "<stdin>" : path;
  const int fd = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Error{impl->path + ": cannot be opened: " + std::strerror(errno)};
  struct stat info {};
  if (::fstat(fd, &info) == 0) {
    if (S_ISDIR(info.st_mode)) {
      ::close(fd);
      return Error{path + ": is a directory; name the files in it, e.g. " + path + "/*.ndjson.gz"};
    }
    if (S_ISREG(info.st_mode)) impl->total = static_cast<std::uint64_t>(info.st_size);
  }
  impl->file = gzdopen(fd, "rb");
  if (impl->file == nullptr) {
    ::close(fd);
    return Error{impl->path + ": cannot be opened: out of memory"};
  }
  gzbuffer(impl->file, 128u << 10);
  return NdjsonReader(std::move(impl));
}

bool NdjsonReader::next(std::string_view& line) {
  Impl& in = *impl_;
  std::size_t looked = 0;  // bytes from `begin` known to hold no newline
  while (true) {
    const char* from = in.buffer.data() + in.begin;
    const std::size_t have = in.end - in.begin;
    const void* newline = have > looked ? std::memchr(from + looked, '\n', have - looked) : nullptr;
    if (newline == nullptr) {
      looked = have;
      if (in.fill()) continue;
      // A line cut short by damage is not a line.
      if (!in.status.has_value() || in.begin == in.end) return false;
    }
    from = in.buffer.data() + in.begin;
    const std::size_t length =
        newline != nullptr ? static_cast<std::size_t>(static_cast<const char*>(newline) - from)
                           : in.end - in.begin;
    in.begin += length + (newline != nullptr ? 1 : 0);
    ++in.lines;
    looked = 0;
    line = {from, length};
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!blank(line)) return true;
  }
}

NdjsonReader::NdjsonReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
NdjsonReader::NdjsonReader(NdjsonReader&&) noexcept = default;
NdjsonReader& NdjsonReader::operator=(NdjsonReader&&) noexcept = default;
NdjsonReader::~NdjsonReader() = default;

const Status& NdjsonReader::status() const { return impl_->status; }
std::uint64_t NdjsonReader::line_number() const { return impl_->lines; }
const std::string& NdjsonReader::path() const { return impl_->path; }
std::string NdjsonReader::where() const { return impl_->where(); }
std::uint64_t NdjsonReader::bytes_read() const {
  const z_off_t at = gzoffset(impl_->file);
  return at < 0 ? 0 : static_cast<std::uint64_t>(at);
}
std::uint64_t NdjsonReader::bytes_total() const { return impl_->total; }

}  // namespace loopbreaker::cli
