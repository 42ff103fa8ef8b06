// Plays scenarios; see play.h.
#include "scenarios/play.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <deque>
#include <memory>
#include <optional>
#include <sstream>

#include "codec/policy_toml.h"
#include "codec/session_record.h"
#include "loopbreaker/core.h"
#include "loopbreaker/facts.h"
#include "text/analyzer.h"

namespace loopbreaker::testing {
namespace {

constexpr TimeMs kStart{1'760'000'000'000};

struct Line {
  int number = 0;
  std::string head;  // "customer", "bot answer faq-7", "wait 11m", …
  std::optional<DurationMs> after;
  std::string text;
};

std::string strip(const std::string& s) {
  const auto from = s.find_first_not_of(" \t");
  if (from == std::string::npos) return {};
  return s.substr(from, s.find_last_not_of(" \t") - from + 1);
}

std::vector<std::string> words(const std::string& s) {
  std::istringstream in(s);
  std::vector<std::string> out;
  for (std::string w; in >> w;) out.push_back(w);
  return out;
}

std::optional<DurationMs> duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const bool minus = text.front() == '-';
  if (minus || text.front() == '+') text.remove_prefix(1);
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const std::int64_t scale = unit == "s"   ? 1000
                             : unit == "m" ? 60'000
                             : unit == "h" ? 3'600'000
                                           : 0;
  if (error != std::errc() || scale == 0) return std::nullopt;
  return DurationMs{(minus ? -n : n) * scale};
}

bool is_speaker(const std::string& word) {
  return word == "customer" || word == "bot" || word == "agent" || word == "system";
}

Line parse(int number, const std::string& raw) {
  Line line;
  line.number = number;
  std::string head = raw;
  const std::vector<std::string> all = words(raw);
  const auto colon = raw.find(':');
  const std::string first = all.empty() ? "" : all[0].substr(0, all[0].find(':'));
  if (is_speaker(first) && colon != std::string::npos) {
    head = raw.substr(0, colon);
    line.text = strip(raw.substr(colon + 1));
  }
  for (const std::string& word : words(head)) {
    const bool shift = (word[0] == '+' || word[0] == '-') && duration(word);
    if (shift) {
      line.after = duration(word);
    } else {
      line.head += line.head.empty() ? word : " " + word;
    }
  }
  return line;
}

Participant participant_of(const std::string& word) {
  if (word == "customer") return Participant::customer;
  if (word == "bot") return Participant::bot;
  return word == "agent" ? Participant::agent : Participant::system;
}

TransferStatus status_of(const std::string& word) {
  for (auto [name, status] : {std::pair{"requested", TransferStatus::requested},
                              {"queued", TransferStatus::queued},
                              {"accepted", TransferStatus::accepted},
                              {"completed", TransferStatus::completed},
                              {"failed", TransferStatus::failed},
                              {"cancelled", TransferStatus::cancelled}}) {
    if (word == name) return status;
  }
  return TransferStatus::none;
}

class Play {
 public:
  explicit Play(bool reload) : reload_(reload), analyzer_(text::make_analyzer()) {}

  Played run(const std::string& text) {
    std::istringstream in(text);
    std::string raw;
    for (int number = 1; std::getline(in, raw); ++number) {
      raw = strip(raw);
      if (raw.empty() || raw[0] == '#') continue;
      line_ = parse(number, raw);
      if (line_.head.starts_with("expect ")) {
        expect(raw.substr(7));
      } else {
        happen();
      }
    }
    return std::move(played_);
  }

 private:
  void happen() {
    const std::vector<std::string> head = words(line_.head);
    if (head[0] == "set") return set(head);
    if (head[0] == "wait") return pass(duration(head.at(1)));
    if (head[0] == "again") return put(last_);
    Event event;
    event.time = now_ = now_ + line_.after.value_or(DurationMs{5000});
    if (line_.after && line_.after->ms < 0) now_ = now_ - *line_.after;
    if (!describe(head, event)) return fail("cannot read this line");
    event.id = keep("e" + std::to_string(count_));
    event.identity = stable_hash(event.id);
    event.source = "scenario";
    event.session_id = "s";
    event.customer_id = field("customer");
    event.channel = field("channel");
    event.tier = field("tier");
    event.tenant = field("tenant");
    event.language = field("language");
    ++count_;
    run_deadlines(now_);
    put(event);
  }

  bool describe(const std::vector<std::string>& head, Event& event) {
    if (is_speaker(head[0]) && !line_.text.empty()) {
      event.type = EventType::message;
      event.participant = participant_of(head[0]);
      event.text = keep(line_.text);
      event.fallback = head.size() > 1 && head[1] == "fallback";
      if (head.size() > 1 && head[1] == "unsure") event.confidence = Score::percent(12);
      if (head.size() > 2 && head[1] == "answer") event.answer_id = keep(head[2]);
    } else if (head[0] == "transfer" && head.size() > 1) {
      event.type = EventType::transfer;
      event.transfer = status_of(head[1]);
    } else if (line_.head == "agent joins" || line_.head == "agent leaves") {
      event.type = line_.head == "agent joins" ? EventType::agent_joined : EventType::agent_left;
    } else if (head[0] == "action" && head.size() > 2) {
      event.type = EventType::bot_action;
      event.name = keep(head[1]);
      event.outcome = head[2] == "failed" ? ActionOutcome::failure : ActionOutcome::success;
    } else if (head[0] == "rated" && head.size() > 3) {
      event.type = EventType::rating;
      event.rating_score = std::atoi(head[1].c_str()) * 100;
      event.rating_scale = std::atoi(head[3].c_str()) * 100;
    } else if (head[0] == "ended") {
      event.type = EventType::ended;
      event.reason = keep(head.size() > 1 ? head[1] : "completed");
    } else {
      return false;
    }
    return true;
  }

  void set(const std::vector<std::string>& head) { fields_.emplace_back(head.at(1), head.at(2)); }
  std::string_view field(std::string_view name) const {
    for (const auto& [key, value] : fields_) {
      if (key == name) return value;
    }
    return {};
  }
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }

  void put(Event event) {
    last_ = event;
    event.position = {0, offset_++};
    if (!session_) session_ = open_session(event);
    const Folded folded = fold(*session_, event, *analyzer_);
    if (folded == Folded::duplicate) return reload();
    judge(session_->last_event_at, {}, folded == Folded::ends);
    if (folded == Folded::ends) end(event.reason, event.time);
    reload();
  }

  void pass(std::optional<DurationMs> d) {
    if (!d) return fail("wait how long? e.g. wait 11m");
    now_ = now_ + *d;
    run_deadlines(now_);
  }

  void run_deadlines(TimeMs until) {
    while (session_) {
      const NextDeadline next = next_deadline(codec::default_policy(), *session_);
      if (next.at > until) return;
      judge(next.at, next.name, next.idle);
      if (next.idle) return end("idle", next.at);
      reload();
    }
  }

  void judge(TimeMs at, std::string_view deadline, bool ending) {
    const Policy& policy = codec::default_policy();
    const Judgement judgement = decide(policy, *session_, at, deadline, ending);
    apply(*session_, judgement, at);
    for (const Decision& decision : judgement.decisions) {
      Composed composed = compose(*session_, decision, policy);
      publish(composed);
      if (composed.handoff) handoff_ = composed.handoff;
    }
  }

  void publish(const Composed& composed) {
    const Decision& d = composed.escalation.decision;
    std::string told(d.reasons.empty() ? name_of(d.change) : name_of(d.outcome));
    if (!d.reasons.empty()) told += " " + d.reasons.front().rule;
    decisions_.push_back(told);
    played_.outputs += composed.escalation.envelope.id + " " + std::string(name_of(d.change)) +
                       " " + told + " | " + composed.escalation.headline + "\n";
    if (!composed.handoff) return;
    const PlainSummary& s = composed.handoff->summary;
    for (const std::string* text :
         {&composed.handoff->subject, &s.wants, &s.tried, &s.why, &s.mood, &s.identifiers,
          &s.first_step, &s.history, &composed.handoff->unanswered_question}) {
      played_.outputs += "  " + *text + "\n";
    }
  }

  void end(std::string_view reason, TimeMs at) {
    summary_ = summarize(*session_, codec::default_policy(), reason, at);
    played_.outputs +=
        summary_->envelope.id + " " + summary_->path + " " + summary_->outcome + "\n";
    session_.reset();
  }

  void reload() {
    if (!reload_ || !session_) return;
    const std::string bytes = codec::encode_session(*session_, 1);
    auto record = codec::decode_session(bytes, *analyzer_);
    if (!record) return fail("the record cannot be read back: " + record.error().message);
    session_ = std::move(record->session);
  }

  // Expectations

  void expect(const std::string& what) {
    const std::vector<std::string> w = words(what);
    if (w[0] == "summary") return expect_summary(w);
    const bool compares =
        w.size() == 3 && (w[1] == ">=" || w[1] == "<" || w[1] == "=" || w[1] == "<=");
    if (compares) return expect_number(w);
    if (what.find('"') != std::string::npos) return expect_text(w[0], what);
    expect_decision(what);
  }

  void expect_decision(const std::string& what) {
    std::string came;
    for (const std::string& decision : decisions_) came += (came.empty() ? "" : ", ") + decision;
    if (came.empty()) came = "nothing";
    const bool found = std::find(decisions_.begin(), decisions_.end(), what) != decisions_.end();
    if (what == "nothing" ? !decisions_.empty() : !found) {
      fail("expected " + what + ", but there was " + came + figures());
    }
    decisions_.clear();
  }

  void expect_number(const std::vector<std::string>& w) {
    if (!session_) return fail("the session has ended");
    double value = 0;
    if (w[0] == "late") {
      value = session_->late_events;
    } else {
      const FactInfo* fact = find_fact(w[0]);
      if (fact == nullptr) return fail("no number is called " + w[0]);
      value = static_cast<double>(value_of(fact->fact, *session_, now_));
      if (fact->type == FactType::score) value /= Score::kOne;
    }
    const double than = std::atof(w[2].c_str());
    const bool holds = w[1] == ">="   ? value >= than
                       : w[1] == "<"  ? value < than
                       : w[1] == "<=" ? value <= than
                                      : value == than;
    if (!holds)
      fail("expected " + w[0] + " " + w[1] + " " + w[2] + ", but it is " + std::to_string(value) +
           figures());
  }

  void expect_text(const std::string& field, const std::string& what) {
    if (!handoff_) return fail("there is no handoff");
    const auto open = what.find('"'), close = what.rfind('"');
    const std::string part = what.substr(open + 1, close - open - 1);
    const PlainSummary& s = handoff_->summary;
    const std::pair<std::string_view, const std::string*> texts[] = {
        {"wants", &s.wants},
        {"tried", &s.tried},
        {"why", &s.why},
        {"mood", &s.mood},
        {"identifiers", &s.identifiers},
        {"first_step", &s.first_step},
        {"history", &s.history},
        {"subject", &handoff_->subject},
        {"question", &handoff_->unanswered_question}};
    for (const auto& [name, text] : texts) {
      if (name != field) continue;
      if (text->find(part) == std::string::npos)
        fail("expected " + what + ", but it says: " + *text);
      return;
    }
    fail("a handoff has no " + field);
  }

  void expect_summary(const std::vector<std::string>& w) {
    if (!summary_) return fail("there is no summary yet");
    const std::string& value = w.at(1) == "outcome" ? summary_->outcome
                               : w.at(1) == "path"  ? summary_->path
                                                    : summary_->ended_by;
    if (value != w.at(2)) fail("expected " + w[1] + " " + w[2] + ", but it is " + value);
  }

  std::string figures() const {
    if (!session_) return {};
    std::ostringstream out;
    out << " (";
    for (int i = 0; i < kSignals; ++i) {
      out << (i ? ", " : "") << name_of(static_cast<Signal>(i)) << ' '
          << session_->signals[i].now.to_double() << '/' << session_->signals[i].count;
    }
    out << ')';
    return out.str();
  }

  void fail(const std::string& why) {
    played_.failures.push_back("line " + std::to_string(line_.number) + ": " + why);
  }

  bool reload_;
  std::unique_ptr<Analyzer> analyzer_;
  std::optional<Session> session_;
  TimeMs now_ = kStart;
  int count_ = 0;
  std::int64_t offset_ = 0;
  Line line_;
  Event last_;
  std::deque<std::string> kept_;
  std::vector<std::pair<std::string, std::string>> fields_;
  std::vector<std::string> decisions_;
  std::optional<Handoff> handoff_;
  std::optional<SessionSummary> summary_;
  Played played_;
};

}  // namespace

Played play(const std::string& text, bool reload) { return Play(reload).run(text); }

}  // namespace loopbreaker::testing
