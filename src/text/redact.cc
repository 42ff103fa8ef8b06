// The redactor: a quick look for digits and '@', then one scanner per kind over what is there.
#include "text/redact.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <optional>
#include <regex>

#include "text/personal_data.h"

namespace loopbreaker::text {
namespace {

constexpr std::size_t kNationalIdMax = 48;  // bytes looked at for a national id

/// False for patterns of digits and marks alone, which need not be tried at every capital letter.
bool may_match_letters(std::string_view pattern) {
  constexpr std::string_view kInSet = "0123456789-", kOutside = "0123456789- /{}()?!:=|,+*";
  bool in_set = false;
  for (char c : pattern) {
    if (c == (in_set ? ']' : '[')) {
      in_set = !in_set;
    } else if ((in_set ? kInSet : kOutside).find(c) == std::string_view::npos) {
      return true;
    }
  }
  return false;
}

bool name_is_good(std::string_view name) {
  return !name.empty() && name.size() <= 16 && std::all_of(name.begin(), name.end(), [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z');
  });
}

}  // namespace

struct Redactor::Impl {
  RedactionSettings settings;
  struct Pattern {
    std::regex regex;
    bool letters;  ///< may begin with one
  };
  std::vector<Pattern> patterns;

  /// "#3f" of a value, or nothing when tokens are not keyed.
  void append_token(std::string& out, std::string_view kind, std::string_view value) const {
    out.push_back('[');
    out.append(kind);
    if (settings.keyed) {
      std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
      unsigned size = 0;
      HMAC(EVP_sha256(), settings.secret.data(), static_cast<int>(settings.secret.size()),
           reinterpret_cast<const unsigned char*>(value.data()), value.size(), mac.data(), &size);
      static constexpr char kHex[] = "0123456789abcdef";
      out.push_back('#');
      out.push_back(kHex[mac[0] >> 4]);
      out.push_back(kHex[mac[0] & 15]);
    }
    out.push_back(']');
  }

  std::optional<PersonalData> national_id(std::string_view text, std::size_t at,
                                          std::size_t& which) const {
    const char c = text[at];
    const bool capital = c >= 'A' && c <= 'Z';
    if (!(c >= '0' && c <= '9') && !capital) return std::nullopt;
    const char* from = text.data() + at;
    const char* to = text.data() + std::min(text.size(), at + kNationalIdMax);
    for (which = 0; which < patterns.size(); ++which) {
      if (capital && !patterns[which].letters) continue;
      std::cmatch m;
      if (!std::regex_search(from, to, m, patterns[which].regex,
                             std::regex_constants::match_continuous))
        continue;
      const std::size_t end = at + static_cast<std::size_t>(m.length());
      if (end == at || (end < text.size() && is_word_byte(text[end]))) continue;
      return PersonalData{PersonalData::Kind::national_id, at, end, std::string(m[0])};
    }
    return std::nullopt;
  }
};

Redactor::Redactor() : impl_(std::make_unique<Impl>()) {}
Redactor::~Redactor() = default;

std::string_view Redactor::redact(std::string_view in, std::string& scratch) {
  if (!impl_->settings.enabled || !worth_a_look(in)) return in;
  std::size_t copied = 0;
  bool changed = false;
  const auto replace = [&](const PersonalData& found, std::string_view kind) {
    if (!changed) scratch.clear();
    changed = true;
    scratch.append(in.substr(copied, found.begin - copied));
    impl_->append_token(scratch, kind, found.value);
    copied = found.end;
  };
  for (std::size_t i = 0; i < in.size();) {
    if (in[i] == '[') {
      if (const std::size_t n = redaction_token_length(in, i)) {
        i += n;
        continue;
      }
    }
    if (!may_begin_personal_data(in, i, copied)) {
      ++i;
      continue;
    }
    std::size_t which = 0;
    if (auto id = impl_->national_id(in, i, which)) {
      replace(*id, impl_->settings.national_ids[which].name);
      ++counts_.national_ids;
      i = copied;
      continue;
    }
    if (auto found = personal_data_at(in, i, copied)) {
      using Kind = PersonalData::Kind;
      switch (found->kind) {
        case Kind::card:
          ++counts_.cards;
          break;
        case Kind::email:
          ++counts_.emails;
          break;
        case Kind::phone:
          ++counts_.phones;
          break;
        default:
          ++counts_.ibans;
          break;
      }
      replace(*found, name_of(found->kind));
      i = copied;
      continue;
    }
    ++i;
  }
  if (!changed) return in;
  scratch.append(in.substr(copied));
  return scratch;
}

Result<std::unique_ptr<Redactor>> make_redactor(const RedactionSettings& settings) {
  if (settings.enabled && settings.keyed && settings.secret.empty()) {
    return Error{
        "redaction: keyed tokens need a secret; set redaction.secret, or redaction.keyed = false"};
  }
  std::unique_ptr<Redactor> redactor(new Redactor);
  for (std::size_t i = 0; i < settings.national_ids.size(); ++i) {
    const NationalId& id = settings.national_ids[i];
    const std::string where = "redaction.national_ids[" + std::to_string(i) + "]";
    if (!name_is_good(id.name)) {
      return Error{where + ": the name '" + id.name + "' must be 1 to 16 lower-case letters or _"};
    }
    for (std::string_view taken : {"card", "email", "phone", "iban"}) {
      if (id.name == taken)
        return Error{where + ": the name '" + id.name + "' is built in; choose another"};
    }
    for (std::size_t k = 0; k < i; ++k) {
      if (settings.national_ids[k].name == id.name) {
        return Error{where + ": the name '" + id.name + "' is already used"};
      }
    }
    try {
      redactor->impl_->patterns.push_back(
          {std::regex(id.pattern, std::regex::ECMAScript | std::regex::optimize),
           may_match_letters(id.pattern)});
    } catch (const std::regex_error& e) {
      return Error{where + " (" + id.name +
                   "): the pattern is not a regular expression: " + e.what()};
    }
    if (std::regex_match("", redactor->impl_->patterns.back().regex)) {
      return Error{where + " (" + id.name +
                   "): the pattern matches the empty text; make something in it required"};
    }
  }
  redactor->impl_->settings = settings;
  return redactor;
}

}  // namespace loopbreaker::text
