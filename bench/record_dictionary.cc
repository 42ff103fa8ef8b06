// Makes the dictionary that records are packed with (src/codec/packing.h) from the records of
// generated conversations: record_dictionary FILE. A new one needs a new version of the records.
#include <fmt/format.h>
#include <zdict.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "codec/packing.h"
#include "codec/record_head.h"
#include "state_records.h"

namespace {

using namespace loopbreaker;

/// 8 KiB pack sessions 3 % worse; 32 KiB, 1 % better.
constexpr std::size_t kSize = 16 * 1024;

std::string content(const OutRecord& record) {
  std::string plain;
  if (!codec::unpack(codec::body_of(*record.value), codec::kRecordMax, plain)) std::abort();
  return plain;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: record_dictionary FILE\n");
    return 2;
  }
  unsetenv("LOOPBREAKER_DATA");  // nobody's conversations go into the binary
  std::string samples;
  std::vector<std::size_t> sizes;
  bench::each_state_record(bench::all_open(), bench::kAgainAndAgain, [&](const OutRecord& record) {
    const std::string plain = content(record);
    samples += plain;
    sizes.push_back(plain.size());
  });
  std::string dictionary(kSize, '\0');
  const std::size_t size =
      ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), samples.data(), sizes.data(),
                            static_cast<unsigned>(sizes.size()));
  if (ZDICT_isError(size)) {
    fmt::print(stderr, "record_dictionary: {}\n", ZDICT_getErrorName(size));
    return 1;
  }
  std::ofstream file(argv[1], std::ios::binary);
  file.write(dictionary.data(), static_cast<std::streamsize>(size));
  if (!file.flush()) {
    fmt::print(stderr, "record_dictionary: {} cannot be written\n", argv[1]);
    return 1;
  }
  fmt::print("{} bytes from {} records\n", size, sizes.size());
}
