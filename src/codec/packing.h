// What a session's record holds, made small: zstd with a dictionary of what all records have in
// common (src/codec/record_dictionary.zstd, in the binary). A session takes half of its bytes, a
// closed marker, mostly the JSON of its summary, a seventh; without the dictionary it were a little
// over a half.
//
//   packed := one zstd frame that tells its content's size, without a dictionary's id and checksum
//             (the version of the record tells the dictionary, Kafka and RocksDB have checksums)
//
// A dictionary is for ever: records of a version need the one that they were written with.
// `build/release/bench/record_dictionary FILE` made it from generated conversations.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace loopbreaker::codec {

/// Appends `plain`, packed. The same bytes for the same input, with one version of libzstd.
void pack(std::string_view plain, std::string& out);

/// False when `packed` is not one whole frame, or holds more than `max` bytes; `out` is then
/// undefined.
bool unpack(std::string_view packed, std::size_t max, std::string& out);

}  // namespace loopbreaker::codec
