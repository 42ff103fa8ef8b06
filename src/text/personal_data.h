// Recognises personal data at a place in a text: card numbers, IBANs, e-mail addresses, phone
// numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace loopbreaker::text {

struct PersonalData {
  enum class Kind : std::uint8_t { card, iban, email, phone, national_id };
  Kind kind = Kind::card;
  std::size_t begin = 0, end = 0;
  std::string value;  ///< normalised: the same for every way of writing it
};
std::string_view name_of(PersonalData::Kind);

bool is_word_byte(char c);

/// A digit run or '@' is in the text: anything else cannot hold what is looked for.
bool worth_a_look(std::string_view text);

/// Length of a redaction token ([card], [card#3f]) at `at`; 0 if there is none.
std::size_t redaction_token_length(std::string_view text, std::size_t at);

/// Something could begin at `at`: a word does, or a phone's '+' or '('. `from` is where redaction
/// has got to.
bool may_begin_personal_data(std::string_view text, std::size_t at, std::size_t from);

/// What begins at `at`. REQUIRES: may_begin_personal_data(text, at, from).
std::optional<PersonalData> personal_data_at(std::string_view text, std::size_t at,
                                             std::size_t from);

/// The Luhn check over a string of digits.
bool luhn(std::string_view digits);

}  // namespace loopbreaker::text
