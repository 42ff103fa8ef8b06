// MurmurHash2, 32 bit, seed 0x9747b28c: Austin Appleby's public-domain algorithm as Kafka's
// Utils.murmur2 defines it.
#include "kafka/murmur2.h"

namespace loopbreaker::kafka {

std::uint32_t murmur2(std::string_view bytes) {
  constexpr std::uint32_t m = 0x5bd1e995;
  constexpr int r = 24;
  auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[i]));
  };
  std::uint32_t h = 0x9747b28cu ^ static_cast<std::uint32_t>(bytes.size());
  std::size_t i = 0;
  for (; i + 4 <= bytes.size(); i += 4) {
    std::uint32_t k = byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24;
    k *= m;
    k ^= k >> r;
    k *= m;
    h = (h * m) ^ k;
  }
  switch (bytes.size() - i) {
    case 3:
      h ^= byte(i + 2) << 16;
      [[fallthrough]];
    case 2:
      h ^= byte(i + 1) << 8;
      [[fallthrough]];
    case 1:
      h = (h ^ byte(i)) * m;
      break;
    default:
      break;
  }
  h ^= h >> 13;
  h *= m;
  return h ^ (h >> 15);
}

std::int32_t murmur2_partition(std::string_view key, std::int32_t partitions) {
  return static_cast<std::int32_t>((murmur2(key) & 0x7fffffffu) %
                                   static_cast<std::uint32_t>(partitions));
}

}  // namespace loopbreaker::kafka
