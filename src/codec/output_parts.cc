// See output_parts.h.
#include "codec/output_parts.h"

#include <algorithm>
#include <stdexcept>

#include "codec/names.h"

namespace loopbreaker::codec {
namespace {

struct SeverityNumber {
  std::string_view text;
  int number;
};

/// As OpenTelemetry counts, which CloudEvents' severity extension follows.
SeverityNumber severity_number(Severity severity) {
  switch (severity) {
    case Severity::low:
      return {"INFO", 9};
    case Severity::normal:
      return {"WARN", 13};
    case Severity::high:
      return {"ERROR", 17};
    case Severity::urgent:
      return {"FATAL", 21};
  }
  return {"WARN", 13};
}

/// Characters in the first `bytes` of `text`.
std::size_t characters(std::string_view text, std::size_t bytes) {
  const std::string_view head = text.substr(0, bytes);
  return static_cast<std::size_t>(std::count_if(head.begin(), head.end(), [](char c) {
    return (static_cast<std::uint8_t>(c) & 0xC0) != 0x80;
  }));
}

void write_evidence(JsonWriter& out, const Evidence& evidence) {
  out.begin_object();
  out.member("message_id", evidence.event_id, Limit::id);
  out.member("participant", to_string(evidence.participant), Limit::word);
  out.member("time", evidence.time);
  out.member_integer("turn", evidence.turn);
  const Span span = evidence.span;
  if (span.begin < span.end && span.end <= evidence.excerpt.size()) {
    out.member_integer("char_begin",
                       static_cast<std::int64_t>(characters(evidence.excerpt, span.begin)));
    out.member_integer("char_end",
                       static_cast<std::int64_t>(characters(evidence.excerpt, span.end)));
  }
  out.member("excerpt", evidence.excerpt, Limit::excerpt);
  out.member("similarity", evidence.score);
  if (evidence.other_turn != evidence.turn) {
    out.member_integer("resembles_turn", evidence.other_turn);
  }
  out.source(evidence.position);
  out.end_object();
}

constexpr std::string_view kReasonEnd = "]}";

/// Without its evidence, which goes before kReasonEnd.
void write_reason(JsonWriter& out, const Reason& reason) {
  out.begin_object();
  out.member("rule", reason.rule, Limit::id);
  out.member_integer("rule_version", reason.rule_version);
  out.member_if("title", reason.title, Limit::word);
  out.member("decision", name_of(reason.outcome), Limit::word);
  out.member("severity", name_of(reason.severity), Limit::word);
  out.member_if("why", reason.why, Limit::sentence);
  out.member_if("first_step", reason.first_step, Limit::sentence);
  out.member("signal", name_of(reason.signal), Limit::word);
  out.member("fact", reason.fact, Limit::word);
  out.member("value", reason.value, Limit::word);
  out.member("threshold", reason.threshold, Limit::word);
  out.member_if("counterfactual", reason.counterfactual, Limit::sentence);
  out.begin_array("evidence");
  out.end_array();
  out.end_object();
}

}  // namespace

void Parts::write(JsonWriter& out) const {
  for (std::size_t i = 0; i < size(); ++i) out.written((*this)[i]);
  if (shortened_) out.note_shortened();
}

void Parts::write_backwards(JsonWriter& out) const {
  for (std::size_t i = size(); i > 0; --i) out.written((*this)[i - 1]);
  if (shortened_) out.note_shortened();
}

ReasonList::ReasonList(const std::vector<Reason>& reasons, Budget& budget) : reasons_(reasons) {
  written_.add_first(reasons, budget, write_reason);
  evidence_.resize(written_.size());
}

void ReasonList::add_evidence(Budget& budget) {
  for (std::size_t round = 0;; ++round) {
    bool more = false;
    for (std::size_t i = 0; i < evidence_.size(); ++i) {
      if (round >= reasons_[i].evidence.size()) continue;
      const Evidence& next = reasons_[i].evidence[round];
      if (!evidence_[i].add(budget, [&](JsonWriter& out) { write_evidence(out, next); })) return;
      more = true;
    }
    if (!more) return;
  }
}

void ReasonList::write(JsonWriter& out) const {
  if (!evidence_.empty()) out.member("primary_reason", reasons_.front().rule, Limit::id);
  out.begin_array("reasons");
  std::string whole;
  for (std::size_t i = 0; i < evidence_.size(); ++i) {
    std::string_view reason = written_[i];
    reason.remove_suffix(kReasonEnd.size());
    whole.assign(reason);
    JsonWriter evidence(whole);
    evidence_[i].write(evidence);
    whole.append(kReasonEnd);
    out.written(whole);
    if (evidence_[i].shortened()) out.note_shortened();
  }
  if (written_.shortened()) out.note_shortened();
  out.end_array();
}

void ReasonList::note(std::vector<std::string>& cut) const {
  note_left_out(cut, "reasons", evidence_.size(), reasons_.size());
  std::size_t kept = 0, given = 0;
  for (std::size_t i = 0; i < evidence_.size(); ++i) {
    kept += evidence_[i].size();
    given += reasons_[i].evidence.size();
  }
  note_left_out(cut, "evidence", kept, given);
}

void note_left_out(std::vector<std::string>& cut, std::string_view what, std::size_t kept,
                   std::size_t given) {
  if (kept == given) return;
  std::string text(what);
  text.append(": ").append(std::to_string(kept)).append(" of ").append(std::to_string(given));
  text.append(" kept");
  cut.push_back(std::move(text));
}

void write_envelope(JsonWriter& out, const Envelope& envelope, std::string_view correlation,
                    std::string_view partition_key, std::string_view schema) {
  const SeverityNumber severity = severity_number(envelope.severity);
  out.begin_object();
  out.member("specversion", "1.0", Limit::word);
  out.member("id", envelope.id, Limit::id);
  out.member("source", envelope.source, Limit::id);
  out.member("type", envelope.type, Limit::word);
  out.member_if("subject", envelope.subject, Limit::session_id);
  out.member("time", envelope.time);
  out.member("datacontenttype", "application/json", Limit::word);
  out.member("dataschema", schema, Limit::word);
  out.member_if("correlationid", correlation, Limit::session_id);
  out.member_if("causationid", envelope.causation_id, Limit::id);
  out.member_if("partitionkey", partition_key, Limit::session_id);
  out.member("sequence", sequence_text(envelope.sequence), Limit::word);
  out.member("severitytext", severity.text, Limit::word);
  out.member_integer("severitynumber", severity.number);
  out.member("dataclassification", "confidential", Limit::word);
}

void write_policy(JsonWriter& out, const PolicyRef& policy) {
  out.begin_object("policy");
  out.member("name", policy.name, Limit::word);
  out.member_integer("version", policy.version);
  out.member("hash", policy.hash, Limit::word);
  out.end_object();
  out.begin_object("engine");
  out.member("name", "loopbreaker", Limit::word);
  out.member("version", LOOPBREAKER_VERSION, Limit::word);
  out.end_object();
}

void write_first_signal(JsonWriter& out, const std::optional<std::uint32_t>& turn,
                        std::uint32_t turns) {
  if (!turn) return;
  out.member_integer("first_signal_turn", *turn);
  out.member_integer("turns_since", turns > *turn ? turns - 1 - *turn : 0);
}

void write_words(JsonWriter& out, std::string_view name, const std::vector<std::string>& words,
                 std::size_t count) {
  if (words.empty()) return;
  out.begin_array(name);
  for (std::size_t i = 0; i < count; ++i) out.string(words[i], Limit::word);
  out.end_array();
}

void write_cut(JsonWriter& out, const std::vector<std::string>& cut) {
  static constexpr std::size_t kEntriesMax = 20;
  std::vector<std::string> entries(
      cut.begin(), cut.begin() + static_cast<std::ptrdiff_t>(std::min(cut.size(), kEntriesMax)));
  if (out.shortened()) entries.push_back("long texts: shortened");
  if (entries.empty()) return;
  out.begin_array("cut");
  for (const std::string& entry : entries) out.string(entry, 128);
  out.end_array();
}

std::string sequence_text(std::uint32_t sequence) {
  const std::string digits = std::to_string(sequence);
  return std::string(10 - digits.size(), '0') + digits;
}

void require_at_most(std::string_view what, std::size_t bytes, std::size_t max) {
  if (bytes <= max) return;
  std::string message(what);
  message.append(" has ").append(std::to_string(bytes)).append(" bytes, its bound is ");
  message.append(std::to_string(max));
  throw std::logic_error(message);
}

}  // namespace loopbreaker::codec
