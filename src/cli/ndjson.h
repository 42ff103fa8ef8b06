// Lines of a file, of a .gz file or of standard input, one at a time, with the place they stand at.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "loopbreaker/result.h"

namespace loopbreaker::cli {

/// Reads newline-separated records. Compressed input is told by its first bytes, not by its name;
/// several gzip members in one file are read as one. Blank lines are counted and left out; a CR
/// before the newline is dropped; the last line needs no newline.
class NdjsonReader {
 public:
  static constexpr std::size_t kLineMax = 64u << 20;

  /// "-" is standard input.
  static Result<NdjsonReader> open(const std::string& path);
  NdjsonReader(NdjsonReader&&) noexcept;
  NdjsonReader& operator=(NdjsonReader&&) noexcept;
  ~NdjsonReader();

  /// The next line; it lives until the next call. False at the end and after a failure: status()
  /// tells which.
  bool next(std::string_view& line);
  /// Ok while reading and at a clean end; an error when the file is damaged, cut or cannot be read.
  const Status& status() const;
  /// Number of the line last returned, from 1.
  std::uint64_t line_number() const;
  const std::string& path() const;
  /// "events.ndjson.gz:17": the place of the line last returned, to begin an error message with.
  std::string where() const;
  /// Bytes read from the file so far, before unpacking, and the size of the file (0 when unknown):
  /// for progress.
  std::uint64_t bytes_read() const;
  std::uint64_t bytes_total() const;

 private:
  struct Impl;
  explicit NdjsonReader(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace loopbreaker::cli
