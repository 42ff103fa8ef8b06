// Records with what they hold laid open, as versions before the fourth wrote them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "codec/packing.h"
#include "codec/record_head.h"

namespace loopbreaker::codec {

/// Where a session's or a marker's own bytes begin: behind kind, version and seq.
inline std::size_t body_at(std::string_view record) {
  WireReader in(record);
  in.byte();
  in.byte();
  in.varint();
  EXPECT_TRUE(in.ok());
  return record.size() - in.left();
}

/// Of a packed record, the same not packed, as one of `version`.
inline std::string plain_record(std::string_view record, std::uint8_t version = kPackedSince - 1) {
  const std::size_t at = body_at(record);
  std::string body;
  EXPECT_TRUE(unpack(record.substr(at), kRecordMax, body));
  std::string plain = std::string(record.substr(0, at)) + body;
  plain[1] = static_cast<char>(version);
  return plain;
}

/// Of such a record, one of this program's version.
inline std::string packed_record(std::string_view plain) {
  const std::size_t at = body_at(plain);
  std::string record(plain.substr(0, at));
  pack(plain.substr(at), record);
  record[1] = static_cast<char>(kRecordVersion);
  return record;
}

}  // namespace loopbreaker::codec
