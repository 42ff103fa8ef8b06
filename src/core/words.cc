// English for the plain parts of a packet; see words.h.
#include "core/words.h"

#include "core/texts.h"
#include "loopbreaker/core.h"

namespace loopbreaker::core {
namespace {

constexpr std::string_view kOpenQuote = "“";
constexpr std::string_view kCloseQuote = "”";

bool ends_sentence(std::string_view text) {
  if (text.ends_with(kCloseQuote)) text.remove_suffix(kCloseQuote.size());
  return text.ends_with('.') || text.ends_with('!') || text.ends_with('?') || text.ends_with("…");
}

}  // namespace

std::string times_text(std::uint32_t n) {
  if (n == 1) return "once";
  if (n == 2) return "twice";
  return std::to_string(n) + " times";
}

std::string counted(std::uint32_t n, std::string_view one, std::string_view many) {
  return std::to_string(n) + " " + std::string(n == 1 ? one : many);
}

std::string spoken(DurationMs duration) {
  const std::int64_t seconds = duration.ms < 0 ? 0 : duration.ms / 1000;
  auto unit = [](std::int64_t n, std::string_view one) {
    return std::to_string(n) + " " + std::string(one) + (n == 1 ? "" : "s");
  };
  if (seconds < 5) return "a few seconds";
  if (seconds < 90) return unit(seconds, "second");
  if (seconds < 90 * 60) return unit((seconds + 30) / 60, "minute");
  if (seconds < 36 * 3600) return unit((seconds + 1800) / 3600, "hour");
  return unit((seconds + 43200) / 86400, "day");
}

std::string quoted(std::string_view redacted, std::size_t max) {
  return std::string(kOpenQuote) + shortened(plain(redacted), max) + std::string(kCloseQuote);
}

std::string sentence(std::string text) {
  text = std::string(trim(text));
  if (!text.empty() && !ends_sentence(text)) text += '.';
  return text;
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string listed(const std::vector<std::string>& parts) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += i + 1 == parts.size() ? " and " : ", ";
    out += parts[i];
  }
  return out;
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string out;
  for (const std::string& s : sentences) {
    if (s.empty()) continue;
    if (!out.empty()) out += ' ';
    out += s;
  }
  return out;
}

std::string_view spoken_name(IdentifierKind kind) {
  switch (kind) {
    case IdentifierKind::order:
      return "order number";
    case IdentifierKind::account:
      return "account number";
    case IdentifierKind::reference:
      return "reference number";
    case IdentifierKind::phone:
      return "phone number";
    case IdentifierKind::email:
      return "e-mail address";
    case IdentifierKind::name:
      return "name";
    case IdentifierKind::postcode:
      return "postcode";
    case IdentifierKind::date:
      return "date";
    case IdentifierKind::card:
      return "card number";
    case IdentifierKind::other:
      break;
  }
  return "number";
}

std::string_view spoken_name(Category category) {
  switch (category) {
    case Category::cancellation:
      return "a cancellation";
    case Category::billing_dispute:
      return "a disputed charge";
    case Category::outage:
      return "an outage";
    case Category::legal:
      return "a legal matter";
    case Category::safety:
      return "a danger to someone's safety";
    case Category::fraud:
      return "suspected fraud";
    case Category::privacy:
      return "personal data";
  }
  return "something for a person";
}

std::string_view spoken_name(Mood mood) {
  switch (mood) {
    case Mood::said_sum:
    case Mood::said_mean:
    case Mood::said_max:
    case Mood::said_recent:
      return "messages as annoyed customers write them";
    case Mood::rude_sum:
    case Mood::rude_recent:
      return "an impatient tone";
    case Mood::unhappy_sum:
    case Mood::unhappy_mean:
    case Mood::unhappy_max:
    case Mood::unhappy_recent:
      return "words of displeasure";
    case Mood::heard:
      return "open complaint";
    case Mood::abuse:
      return "insults";
    case Mood::thanks:
      return "no word of thanks";
    case Mood::address_share:
      return "words about the bot itself";
    case Mood::customer_turns:
      return "the length of the conversation";
    case Mood::words_max:
    case Mood::words_first:
    case Mood::words_last:
      return "the length of the messages";
    case Mood::question_share:
      return "the questions asked";
    case Mood::shouts:
      return "capitals";
    case Mood::bot_wait_mean:
    case Mood::bot_wait_last:
      return "how long the answers took";
    case Mood::failures_longest:
    case Mood::failures_recent:
    case Mood::reply_failed:
      return "answers that failed";
    case Mood::repeats:
    case Mood::repeat_best:
      return "repeated answers";
    case Mood::loop:
      return "the same request again";
    case Mood::reply_sum:
    case Mood::reply_mean:
    case Mood::reply_last:
      return "answers that often annoy";
    case Mood::question_replies:
    case Mood::reply_asks:
      return "the way the bot answers";
  }
  return {};
}

}  // namespace loopbreaker::core
