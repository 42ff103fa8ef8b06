// See event_json.h. The whole document is parsed before any of it is looked at (simdjson's tape,
// not on-demand): that finds every malformed byte also in fields nobody reads, takes fields in any
// order, and for events of this size is the faster of the two, because only the tape parser chooses
// its SIMD kernel at run time.
#include "codec/event_json.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

#include "codec/event_fields.h"
#include "codec/names.h"
#include "codec/rfc3339.h"
#include "codec/utf8.h"

namespace loopbreaker::codec {
namespace {

namespace dom = simdjson::dom;

/// Values of the known data fields; nullopt where absent or null.
using DataFields = std::array<std::optional<dom::element>, kDataFields>;

DecodeFailure fail(DeadReason reason, std::string detail) { return {reason, std::move(detail)}; }

DecodeFailure bad_field(std::string_view path, std::string_view what) {
  return fail(DeadReason::bad_field, std::string(path) + ": " + std::string(what));
}

/// stable_hash over a source and the separator, before its last mixing: the seed of what follows.
std::uint64_t identity_start(std::string_view source) {
  std::uint64_t h = 0xcbf29ce484222325ull;  // FNV-1a, as there
  const auto step = [&h](char c) { h = (h ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ull; };
  for (char c : source) step(c);
  step('\x1f');
  return h;
}

/// Numbers as hundredths; nullopt if it is no number or its size is above a million.
std::optional<std::int32_t> hundredths(const dom::element& value) {
  double number = 0;
  if (value.get_double().get(number) || !(std::fabs(number) <= 1e6)) return std::nullopt;
  return static_cast<std::int32_t>(std::llround(number * 100));
}

}  // namespace

struct EventDecoder::Impl {
  explicit Impl(DecodeSettings given) : settings(given) {}

  DecodeSettings settings;
  DecodeNotes notes;
  Event event;

  dom::parser parser;
  dom::document document;
  std::unique_ptr<char[]> bytes;  ///< the value, and simdjson's padding behind it
  std::size_t capacity = 0;
  std::string kept;     ///< copies of what the event takes from headers and key; never grows while
                        ///< views are out
  std::string scratch;  ///< what an identity is hashed over
  std::string known_source;  ///< of the event before, and the hash so far of what begins with it
  std::uint64_t known_source_hash = identity_start({});
  std::array<std::array<char, 32>, kAttributesMax> number_texts;

  using Failed = std::optional<DecodeFailure>;

  Failed decode(const Record& record);
  Failed read_json(std::string_view value, dom::element& root);
  Failed read_envelope(dom::object& object, EventEnvelope& envelope);
  Failed read_headers(const std::vector<Header>& headers, EventEnvelope& envelope);
  static Failed check_version(const EventEnvelope& envelope);
  static Failed check_type(const EventEnvelope& envelope);
  Failed read_data(const dom::object& data, const EventEnvelope& envelope, const Record& record);
  Failed read_session_id(const DataFields& fields, const EventEnvelope& envelope,
                         const Record& record);
  Failed read_time(const EventEnvelope& envelope, const Record& record);
  Failed read_message(const DataFields& fields);
  Failed read_rating(const DataFields& fields);
  void read_attributes(const dom::element& value);
  void read_identity(const EventEnvelope& envelope, std::string_view value);

  std::string_view keep(std::string_view text);
  Failed needed(const DataFields& fields, DataField field, std::string_view path,
                std::string_view& out);
  void optional(const DataFields& fields, DataField field, std::string_view& out);
};

std::string_view EventDecoder::Impl::keep(std::string_view text) {
  const std::size_t at = kept.size();
  kept.append(text);
  return std::string_view(kept).substr(at);
}

/// A text that must have the right type where it is given; empty when absent.
EventDecoder::Impl::Failed EventDecoder::Impl::needed(const DataFields& fields, DataField field,
                                                      std::string_view path,
                                                      std::string_view& out) {
  const auto& value = fields[static_cast<std::size_t>(field)];
  if (value && value->get_string().get(out)) return bad_field(path, "must be a string");
  return std::nullopt;
}

void EventDecoder::Impl::optional(const DataFields& fields, DataField field,
                                  std::string_view& out) {
  const auto& value = fields[static_cast<std::size_t>(field)];
  if (value && value->get_string().get(out)) ++notes.ignored_fields;
}

EventDecoder::Impl::Failed EventDecoder::Impl::decode(const Record& record) {
  if (!record.value || record.value->empty()) {
    return fail(DeadReason::empty_value, "the record has no value");
  }
  const std::string_view value = *record.value;
  if (value.size() > settings.max_bytes) {
    return fail(DeadReason::too_large, "the value has " + std::to_string(value.size()) +
                                           " bytes; at most " + std::to_string(settings.max_bytes) +
                                           " are read");
  }
  std::size_t beside = record.key ? record.key->size() : 0;
  for (const Header& header : record.headers) beside += header.value.size();
  kept.clear();
  kept.reserve(beside);

  dom::element root;
  if (auto failed = read_json(value, root)) return failed;
  EventEnvelope envelope;
  envelope.in_headers = is_binary_mode(record.headers);
  dom::object data;
  if (root.get_object().get(data)) {
    return fail(DeadReason::not_an_event, "the value is not a JSON object");
  }
  if (auto failed = envelope.in_headers ? read_headers(record.headers, envelope)
                                        : read_envelope(data, envelope)) {
    return failed;
  }
  event.position = record.position;
  event.type_name = envelope[Attr::type];
  event.id = envelope[Attr::id];
  event.source = envelope[Attr::source];
  if (const auto type = kEventTypes.find(event.type_name)) {
    event.type = *type;
  } else {
    notes.unknown_type = true;
  }
  if (auto failed = read_time(envelope, record)) return failed;
  if (auto failed = read_data(data, envelope, record)) return failed;
  read_identity(envelope, value);
  return std::nullopt;
}

/// Structured mode: the value is the whole event. Leaves the event's data in `object`.
EventDecoder::Impl::Failed EventDecoder::Impl::read_envelope(dom::object& object,
                                                             EventEnvelope& envelope) {
  dom::element data;
  bool has_data = false;
  bool wrong_type[kAttrs] = {};
  for (const auto& [name, value] : object) {
    const auto attr = kAttrNames.find(name);
    if (!attr) {
      ++notes.unknown_fields;
      continue;
    }
    // Of a name that comes twice the last one counts.
    if (*attr == Attr::data) {
      data = value;
      has_data = !value.is_null();
      continue;
    }
    const auto i = static_cast<std::size_t>(*attr);
    envelope.texts[i].reset();
    std::string_view text;
    const bool is_text = value.get_string().get(text) == simdjson::SUCCESS;
    if (is_text) envelope.texts[i] = text;
    wrong_type[i] = !is_text && !value.is_null();
  }
  const auto is_wrong = [&](Attr attr) { return wrong_type[static_cast<std::size_t>(attr)]; };
  if (is_wrong(Attr::specversion)) {
    return fail(DeadReason::bad_version, "specversion must be a string such as \"1.0\"");
  }
  if (auto failed = check_version(envelope)) return failed;
  if (is_wrong(Attr::type)) return fail(DeadReason::not_an_event, "type must be a string");
  if (auto failed = check_type(envelope)) return failed;
  if (!has_data) return fail(DeadReason::not_an_event, "data is missing");
  if (data.get_object().get(object)) {
    return fail(DeadReason::not_an_event, "data must be a JSON object");
  }
  if (is_wrong(Attr::time)) return bad_field("time", "must be a string");
  for (Attr attr :
       {Attr::source, Attr::id, Attr::subject, Attr::datacontenttype, Attr::dataschema}) {
    if (is_wrong(attr)) ++notes.ignored_fields;
  }
  return std::nullopt;
}

/// Binary mode: the value is the data.
EventDecoder::Impl::Failed EventDecoder::Impl::read_headers(const std::vector<Header>& headers,
                                                            EventEnvelope& envelope) {
  static constexpr std::string_view kPrefix = "ce_";
  for (const Header& header : headers) {
    if (!header.name.starts_with(kPrefix)) continue;
    const auto attr = kAttrNames.find(header.name.substr(kPrefix.size()));
    if (!attr || *attr == Attr::data) {
      ++notes.unknown_fields;
    } else if (is_utf8(header.value)) {
      envelope.texts[static_cast<std::size_t>(*attr)] = keep(header.value);
    } else {
      return fail(DeadReason::bad_utf8, "header " + std::string(header.name) + " is not UTF-8");
    }
  }
  if (auto failed = check_version(envelope)) return failed;
  return check_type(envelope);
}

EventDecoder::Impl::Failed EventDecoder::Impl::check_version(const EventEnvelope& envelope) {
  const auto& version = envelope.text(Attr::specversion);
  if (!version) return fail(DeadReason::not_an_event, "specversion is missing");
  if (is_version_1(*version)) return std::nullopt;
  return fail(DeadReason::bad_version, "specversion must be 1.x");
}

EventDecoder::Impl::Failed EventDecoder::Impl::check_type(const EventEnvelope& envelope) {
  if (!envelope[Attr::type].empty()) return std::nullopt;
  return fail(DeadReason::not_an_event, "type is missing");
}

EventDecoder::Impl::Failed EventDecoder::Impl::read_json(std::string_view value,
                                                         dom::element& root) {
  if (value.size() > capacity) {
    // Powers of two, so that a slowly growing stream of sizes does not allocate each time.
    const std::size_t grown = std::bit_ceil(std::max<std::size_t>(value.size(), 16 * 1024));
    bytes = std::make_unique<char[]>(grown + simdjson::SIMDJSON_PADDING);
    capacity = 0;
    if (document.allocate(grown) || parser.allocate(grown, kDepthMax)) throw std::bad_alloc();
    capacity = grown;
  }
  std::memcpy(bytes.get(), value.data(), value.size());
  const auto error =
      parser.parse_into_document(document, bytes.get(), value.size(), false).get(root);
  if (!error) return std::nullopt;
  // Which of two faults the parser meets first depends on its SIMD kernel; wrong UTF-8 always goes
  // first here.
  if (!is_utf8(value)) {
    return fail(DeadReason::bad_utf8,
                "not UTF-8 at byte " + std::to_string(valid_utf8_prefix(value)));
  }
  if (error == simdjson::DEPTH_ERROR) {
    return fail(DeadReason::bad_json,
                "nested deeper than " + std::to_string(kDepthMax) + " objects and arrays");
  }
  if (error == simdjson::NUMBER_ERROR) {
    return fail(DeadReason::bad_json, "a number is malformed or does not fit 64 bits");
  }
  return fail(DeadReason::bad_json,
              "not JSON, or cut, in its " + std::to_string(value.size()) + " bytes");
}

EventDecoder::Impl::Failed EventDecoder::Impl::read_time(const EventEnvelope& envelope,
                                                         const Record& record) {
  static constexpr TimeMs kYear2200{7'258'118'400'000};
  const auto& text = envelope.text(Attr::time);
  if (!text) {
    if (record.timestamp == kNoTime) {
      return bad_field("time", "missing, and the record has no timestamp either");
    }
    notes.time_missing = true;
    event.time = record.timestamp;
    return std::nullopt;
  }
  const auto time = parse_rfc3339(*text);
  if (!time) {
    return bad_field("time", "must be an RFC 3339 time such as 2026-01-01T00:00:00.000Z");
  }
  event.time = *time;
  if (record.timestamp == kNoTime) {
    if (*time >= kYear2200) return bad_field("time", "is after the year 2199");
  } else if (*time - settings.max_ahead > record.timestamp) {
    notes.time_clamped = true;
    event.time = record.timestamp;
  }
  return std::nullopt;
}

EventDecoder::Impl::Failed EventDecoder::Impl::read_session_id(const DataFields& fields,
                                                               const EventEnvelope& envelope,
                                                               const Record& record) {
  const std::string_view key = record.key.value_or(std::string_view());
  std::string_view path = "data.session_id";
  if (auto failed = needed(fields, DataField::session_id, path, event.session_id)) return failed;
  if (event.session_id.empty()) {
    path = "subject";
    event.session_id = envelope[Attr::subject];
  }
  if (event.session_id.empty()) {
    path = "key";
    if (!is_utf8(key)) {
      return fail(DeadReason::bad_utf8, "the key, needed as session id, is not UTF-8");
    }
    event.session_id = keep(key);
  }
  if (event.session_id.empty()) {
    return fail(DeadReason::no_session, "no data.session_id, no subject and no key");
  }
  if (event.session_id.size() > kSessionIdMax) {
    return bad_field(path, "is " + std::to_string(event.session_id.size()) +
                               " bytes long; a session id has at most " +
                               std::to_string(kSessionIdMax));
  }
  notes.key_mismatch = key != event.session_id;
  if (notes.key_mismatch && settings.strict_keys) {
    return fail(DeadReason::key_mismatch,
                "the key is not the session id: produce with the session "
                "id as key, or switch strict keys off");
  }
  return std::nullopt;
}

EventDecoder::Impl::Failed EventDecoder::Impl::read_data(const dom::object& data,
                                                         const EventEnvelope& envelope,
                                                         const Record& record) {
  DataFields fields;
  for (const auto& [name, value] : data) {
    if (const auto field = kDataNames.find(name)) {
      auto& slot = fields[static_cast<std::size_t>(*field)];
      slot.reset();
      if (!value.is_null()) slot = value;
    } else {
      ++notes.unknown_fields;
    }
  }
  if (auto failed = read_session_id(fields, envelope, record)) return failed;
  optional(fields, DataField::customer_id, event.customer_id);
  optional(fields, DataField::channel, event.channel);
  optional(fields, DataField::language, event.language);
  optional(fields, DataField::tier, event.tier);
  optional(fields, DataField::tenant, event.tenant);
  if (const auto& value = fields[static_cast<std::size_t>(DataField::attributes)]) {
    read_attributes(*value);
  }
  switch (event.type) {
    case EventType::message:
      return read_message(fields);
    case EventType::rating:
      return read_rating(fields);
    case EventType::bot_action: {
      std::string_view outcome;
      if (auto failed = needed(fields, DataField::name, "data.name", event.name)) return failed;
      optional(fields, DataField::outcome, outcome);
      const auto known = kActionOutcomes.find(outcome);
      event.outcome = known.value_or(ActionOutcome::unknown);
      if (!known && !outcome.empty()) ++notes.ignored_fields;
      return std::nullopt;
    }
    case EventType::transfer: {
      std::string_view status;
      if (auto failed = needed(fields, DataField::status, "data.status", status)) return failed;
      const auto known = kTransferStatuses.find(status);
      if (!known) {
        return bad_field("data.status",
                         "must be requested, queued, accepted, completed, failed or cancelled");
      }
      event.transfer = *known;
      optional(fields, DataField::queue, event.queue);
      return std::nullopt;
    }
    case EventType::ended:
      optional(fields, DataField::reason, event.reason);
      return std::nullopt;
    case EventType::started:
    case EventType::agent_joined:
    case EventType::agent_left:
    case EventType::unknown:
      return std::nullopt;
  }
  return std::nullopt;
}

EventDecoder::Impl::Failed EventDecoder::Impl::read_message(const DataFields& fields) {
  std::string_view participant;
  if (auto f = needed(fields, DataField::participant, "data.participant", participant)) return f;
  const auto known = kParticipants.find(participant);
  if (!known) return bad_field("data.participant", "must be customer, bot, agent or system");
  event.participant = *known;
  if (auto f = needed(fields, DataField::text, "data.text", event.text)) return f;
  optional(fields, DataField::intent, event.intent);
  optional(fields, DataField::answer_id, event.answer_id);
  if (const auto& value = fields[static_cast<std::size_t>(DataField::confidence)]) {
    double number = -1;
    if (!value->get_double().get(number) && number >= 0 && number <= 1) {
      event.confidence = Score::of(std::llround(number * Score::kOne));
    } else {
      ++notes.ignored_fields;
    }
  }
  if (const auto& value = fields[static_cast<std::size_t>(DataField::fallback)]) {
    if (value->get_bool().get(event.fallback)) ++notes.ignored_fields;
  }
  return std::nullopt;
}

EventDecoder::Impl::Failed EventDecoder::Impl::read_rating(const DataFields& fields) {
  static constexpr std::int32_t kDefaultScale = 500;
  const auto& score = fields[static_cast<std::size_t>(DataField::score)];
  const auto& scale = fields[static_cast<std::size_t>(DataField::scale)];
  const auto best = scale ? hundredths(*scale) : kDefaultScale;
  if (!best || *best <= 0) return bad_field("data.scale", "must be a number above 0");
  const auto given = score ? hundredths(*score) : std::nullopt;
  if (!given || *given < 0 || *given > *best) {
    return bad_field("data.score", "must be a number from 0 to data.scale (5 when absent)");
  }
  event.rating_score = *given;
  event.rating_scale = *best;
  return std::nullopt;
}

void EventDecoder::Impl::read_attributes(const dom::element& value) {
  dom::object object;
  if (value.get_object().get(object)) {
    ++notes.ignored_fields;
    return;
  }
  for (const auto& [name, element] : object) {
    if (element.is_null()) continue;
    if (event.attributes.size() == kAttributesMax) {
      ++notes.ignored_fields;
      continue;
    }
    std::string_view text;
    auto& room = number_texts[event.attributes.size()];
    const auto print = [&](auto number) {
      const auto end = std::to_chars(room.data(), room.data() + room.size(), number).ptr;
      text = {room.data(), static_cast<std::size_t>(end - room.data())};
    };
    switch (element.type()) {
      case dom::element_type::STRING:
        text = element.get_string().value_unsafe();
        break;
      case dom::element_type::BOOL:
        text = element.get_bool().value_unsafe() ? "true" : "false";
        break;
      case dom::element_type::INT64:
        print(element.get_int64().value_unsafe());
        break;
      case dom::element_type::UINT64:
        print(element.get_uint64().value_unsafe());
        break;
      case dom::element_type::DOUBLE:
        print(element.get_double().value_unsafe());
        break;
      default:
        ++notes.ignored_fields;
        continue;
    }
    event.attributes.push_back({name, text});
  }
}

void EventDecoder::Impl::read_identity(const EventEnvelope& envelope, std::string_view value) {
  notes.no_id = event.id.empty() || event.source.empty();
  scratch.clear();
  if (!event.id.empty()) {
    // Of the source, a separator and the id; one source follows another seldom.
    if (event.source != known_source) {
      known_source = event.source;
      known_source_hash = identity_start(known_source);
    }
    event.identity = stable_hash(event.id, known_source_hash);
  } else if (!envelope.in_headers) {
    event.identity = stable_hash(value);
  } else {
    // The same data under another type or time is another event.
    scratch.append(event.type_name)
        .append(1, '\x1f')
        .append(envelope[Attr::time])
        .append(1, '\x1f');
    scratch.append(value);
    event.identity = stable_hash(scratch);
  }
}

EventDecoder::EventDecoder(DecodeSettings settings) : impl_(std::make_unique<Impl>(settings)) {}
EventDecoder::~EventDecoder() = default;
EventDecoder::EventDecoder(EventDecoder&&) noexcept = default;
EventDecoder& EventDecoder::operator=(EventDecoder&&) noexcept = default;

std::variant<Event*, DecodeFailure> EventDecoder::decode(const Record& record) {
  std::vector<Attribute> attributes = std::move(impl_->event.attributes);
  attributes.clear();
  impl_->event = Event{};
  impl_->event.attributes = std::move(attributes);
  impl_->notes = DecodeNotes{};
  if (auto failed = impl_->decode(record)) return std::move(*failed);
  return &impl_->event;
}

const DecodeNotes& EventDecoder::notes() const { return impl_->notes; }

}  // namespace loopbreaker::codec
