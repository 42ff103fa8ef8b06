// Kafka's own placement of keys, so that a file can be split exactly as a broker would have it.
#pragma once

#include <cstdint>
#include <string_view>

namespace loopbreaker::kafka {

/// The 32-bit hash of Kafka's Java client.
std::uint32_t murmur2(std::string_view bytes);

/// The partition that Kafka's default partitioner gives a record with this key. REQUIRES:
/// partitions > 0.
std::int32_t murmur2_partition(std::string_view key, std::int32_t partitions);

}  // namespace loopbreaker::kafka
