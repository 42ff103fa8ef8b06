// Records with what they hold laid open, as versions before the fourth wrote them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "codec/packing.h"
#include "codec/record_head.h"

namespace loopbreaker::codec {

/// Of a packed record, the same not packed, as one of `version`.
inline std::string plain_record(std::string_view record, std::uint8_t version = kPackedSince - 1) {
  const std::string_view packed = body_of(record);
  std::string body;
  EXPECT_TRUE(unpack(packed, kRecordMax, body));
  std::string plain = std::string(record.substr(0, record.size() - packed.size())) + body;
  plain[1] = static_cast<char>(version);
  return plain;
}

/// Of such a record, one of this program's version.
inline std::string packed_record(std::string_view plain) {
  const std::string_view body = body_of(plain);
  EXPECT_FALSE(body.empty());
  std::string record(plain.substr(0, plain.size() - body.size()));
  pack(body, record);
  record[1] = static_cast<char>(kRecordVersion);
  return record;
}

}  // namespace loopbreaker::codec
