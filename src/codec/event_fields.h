// The fields of a conversation event by name, and the envelope that CloudEvents puts around them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "codec/names.h"
#include "loopbreaker/ports.h"

namespace loopbreaker::codec {

/// What stands under "data", by the names of the canonical event.
enum class DataField : std::uint8_t {
  session_id,
  participant,
  text,
  intent,
  confidence,
  answer_id,
  fallback,
  attributes,
  customer_id,
  channel,
  language,
  tier,
  tenant,
  name,
  outcome,
  status,
  queue,
  score,
  scale,
  reason,
};
inline constexpr std::size_t kDataFields = static_cast<std::size_t>(DataField::reason) + 1;

inline constexpr auto kDataNames = name_table<DataField, kDataFields>({
    {"session_id", DataField::session_id},
    {"participant", DataField::participant},
    {"text", DataField::text},
    {"intent", DataField::intent},
    {"confidence", DataField::confidence},
    {"answer_id", DataField::answer_id},
    {"fallback", DataField::fallback},
    {"attributes", DataField::attributes},
    {"customer_id", DataField::customer_id},
    {"channel", DataField::channel},
    {"language", DataField::language},
    {"tier", DataField::tier},
    {"tenant", DataField::tenant},
    {"name", DataField::name},
    {"outcome", DataField::outcome},
    {"status", DataField::status},
    {"queue", DataField::queue},
    {"score", DataField::score},
    {"scale", DataField::scale},
    {"reason", DataField::reason},
});

/// What CloudEvents puts around the data.
enum class Attr : std::uint8_t {
  specversion,
  type,
  source,
  id,
  time,
  subject,
  datacontenttype,
  dataschema,
  data
};
inline constexpr std::size_t kAttrs = static_cast<std::size_t>(Attr::data) + 1;

inline constexpr auto kAttrNames = name_table<Attr, kAttrs>({
    {"specversion", Attr::specversion},
    {"type", Attr::type},
    {"source", Attr::source},
    {"id", Attr::id},
    {"time", Attr::time},
    {"subject", Attr::subject},
    {"dataschema", Attr::dataschema},
    {"data", Attr::data},
    {"datacontenttype", Attr::datacontenttype},
});

/// The texts of the envelope; nullopt where absent or null.
struct EventEnvelope {
  bool in_headers = false;
  std::array<std::optional<std::string_view>, kAttrs> texts;
  std::string_view operator[](Attr a) const { return text(a).value_or(std::string_view()); }
  const std::optional<std::string_view>& text(Attr a) const {
    return texts[static_cast<std::size_t>(a)];
  }
};

/// CloudEvents over Kafka: attributes are in headers unless the content type says that the value is
/// the whole event.
inline bool is_binary_mode(const std::vector<Header>& headers) {
  bool attributes = false;
  for (const Header& header : headers) {
    static constexpr std::string_view kStructured = "application/cloudevents";
    if (header.name == "content-type" && header.value.starts_with(kStructured)) return false;
    attributes |= header.name == "ce_specversion" || header.name == "ce_type";
  }
  return attributes;
}

/// "1." and digits.
inline bool is_version_1(std::string_view version) {
  return version.size() > 2 && version.starts_with("1.") &&
         version.find_first_not_of("0123456789", 2) == std::string_view::npos;
}

}  // namespace loopbreaker::codec
