// Text on a terminal: colours, widths, wrapping, and nothing that a customer could use to steer the
// terminal.
#pragma once

#include <string>
#include <string_view>

namespace loopbreaker::cli {

enum class Style : unsigned char { plain, bold, dim, red, yellow, green, cyan, magenta, alert };

/// `text` made safe to print: control characters and line breaks become spaces.
std::string safe_text(std::string_view text);
/// Columns that safe text takes: characters, where wide ones (CJK, emoji) take two and combining
/// ones none.
std::size_t columns_of(std::string_view text);
/// At most `columns`, with an ellipsis where something was left out.
std::string fit_columns(std::string_view text, std::size_t columns);

/// Writes styled text, or plain text when colour is off.
class Painter {
 public:
  explicit Painter(bool color) : color_(color) {}
  std::string paint(Style style, std::string_view text) const;
  bool color() const { return color_; }

 private:
  bool color_;
};

/// Appends `text` to `out`, whose last line already takes `column` columns, broken at spaces so
/// that no line is longer than `width`; further lines begin with `indent` spaces. Ends with a
/// newline. `style` applies to each line's text.
void append_wrapped(std::string& out, const Painter& painter, Style style, std::string_view text,
                    std::size_t column, std::size_t indent, std::size_t width);

}  // namespace loopbreaker::cli
