// loopbreaker explain: what is heard in a text, or how alike two texts are.
#include <fmt/color.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>

#include "cli/commands.h"
#include "loopbreaker/analysis.h"
#include "text/analyzer.h"
#include "text/utf8.h"

namespace loopbreaker::cli {
namespace {

struct Options {
  std::vector<std::string> texts;
  std::string packs, models;
  std::string language;
  std::string as;
  bool json = false;
  bool pairs = false;
};

/// What only bots and agents say; everything else is heard as said by a customer.
bool said_by_bots(Heard h) {
  return h == Heard::bot_failure || h == Heard::handover || h == Heard::refusal;
}

void append_json_string(fmt::memory_buffer& out, std::string_view s) {
  out.push_back('"');
  for (char c : s) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

std::string money(const Amount& a) {
  const bool whole = a.currency == "JPY" || a.currency == "KRW";
  if (whole) return fmt::format("{} {}", a.minor, a.currency);
  return fmt::format("{}.{:02} {}", a.minor / 100, a.minor % 100, a.currency);
}

class Explainer {
 public:
  Explainer(const Options& options, std::unique_ptr<Analyzer> analyzer)
      : options_(options), analyzer_(std::move(analyzer)), colour_(isatty(STDOUT_FILENO) != 0) {}

  void line(std::string_view raw) {
    if (raw.ends_with('\r')) raw.remove_suffix(1);
    std::string_view text = raw;
    if (std::any_of(raw.begin(), raw.end(), [](char c) { return (c & 0x80) != 0; })) {
      repaired_ = text::repair_utf8(raw);
      text = repaired_;
    }
    if (options_.pairs) {
      pair(text);
    } else {
      hear(text);
      options_.json ? json() : readable(text);
    }
    if (out_.size() > 1 << 16) flush();
  }

  void flush() {
    std::fwrite(out_.data(), 1, out_.size(), stdout);
    out_.clear();
  }

 private:
  template <class... Args>
  void print(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }

  void hear(std::string_view text) {
    if (options_.as == "bot" || options_.as == "agent") {
      heard_ = analyzer_->analyze(
          text, options_.as == "bot" ? Participant::bot : Participant::agent, options_.language);
      return;
    }
    heard_ = analyzer_->analyze(text, Participant::customer, options_.language);
    if (!options_.as.empty()) return;
    as_bot_ = analyzer_->analyze(text, Participant::bot, options_.language);
    for (int h = 0; h < kHeard; ++h) {
      if (said_by_bots(static_cast<Heard>(h))) heard_.scores[h] = as_bot_.scores[h];
    }
    for (const HeardPhrase& p : as_bot_.phrases) {
      if (said_by_bots(p.what)) heard_.phrases.push_back(p);
    }
    heard_.asks_for = as_bot_.asks_for;
    heard_.judged.bot_failure = as_bot_.judged.bot_failure;
  }

  void json() {
    for (int h = 0; h < kHeard; ++h) {
      print("{}\"{}\":{}.{:04}", h == 0 ? '{' : ',', name_of(static_cast<Heard>(h)),
            heard_.scores[h].raw / Score::kOne, heard_.scores[h].raw % Score::kOne);
    }
    print(
        ",\"log_odds\":{{\"abuse\":{},\"dissatisfied\":{},\"human_request\":{},\"bot_failure\":{}}"
        "}",
        heard_.judged.abuse, heard_.judged.dissatisfied, heard_.judged.human_request,
        heard_.judged.bot_failure);
    print(",\"question\":{},\"shouting\":{},\"categories\":[", heard_.question, heard_.shouting);
    const char* comma = "";
    for (const HeardCategory& c : heard_.categories) {
      print("{}{{\"category\":\"{}\",\"score\":{:.4f}}}", comma, name_of(c.what),
            c.score.to_double());
      comma = ",";
    }
    print("],\"amounts\":[");
    comma = "";
    for (const Amount& a : heard_.amounts) {
      print("{}{{\"minor\":{},\"currency\":\"{}\"}}", comma, a.minor, a.currency);
      comma = ",";
    }
    print("],\"identifiers\":[");
    comma = "";
    for (const Identifier& i : heard_.identifiers) {
      print("{}{{\"kind\":\"{}\",\"value\":", comma, name_of(i.kind));
      append_json_string(out_, i.value);
      print("}}");
      comma = ",";
    }
    print("],\"asks_for\":[");
    comma = "";
    for (IdentifierKind k : heard_.asks_for) {
      print("{}\"{}\"", comma, name_of(k));
      comma = ",";
    }
    print("]}}\n");
  }

  void readable(std::string_view text) {
    marked(text);
    for (int h = 0; h < kHeard; ++h) {
      const Score s = heard_.scores[h];
      if (s < Score::percent(5)) continue;
      print("  {} {:<15}{:.2f}", s >= Score::percent(50) ? '*' : ' ',
            name_of(static_cast<Heard>(h)), s.to_double());
      const char* before = "  ";
      for (const HeardPhrase& p : heard_.phrases) {
        if (p.what != static_cast<Heard>(h)) continue;
        print("{}\"{}\" {:.2f}", before, part(text, p.span), p.score.to_double());
        before = ", ";
      }
      print("\n");
    }
    for (const HeardCategory& c : heard_.categories) {
      print("  {} {:<15}{:.2f}  \"{}\"\n", c.score >= Score::percent(50) ? '*' : ' ',
            name_of(c.what), c.score.to_double(), part(text, c.span));
    }
    for (const Amount& a : heard_.amounts) print("    amount         {}\n", money(a));
    for (const Identifier& i : heard_.identifiers)
      print("    {:<15}{}\n", name_of(i.kind), i.value);
    for (IdentifierKind k : heard_.asks_for) print("    asks for       {}\n", name_of(k));
  }

  static std::string_view part(std::string_view text, Span s) {
    return s.end <= text.size() && s.begin < s.end ? text.substr(s.begin, s.end - s.begin)
                                                   : std::string_view();
  }

  /// The text with everything that was matched marked.
  void marked(std::string_view text) {
    std::vector<Span> spans;
    for (const HeardPhrase& p : heard_.phrases) spans.push_back(p.span);
    for (const HeardCategory& c : heard_.categories) spans.push_back(c.span);
    for (const Amount& a : heard_.amounts) spans.push_back(a.span);
    for (const Identifier& i : heard_.identifiers) spans.push_back(i.span);
    std::sort(spans.begin(), spans.end(), [](Span a, Span b) { return a.begin < b.begin; });
    std::size_t at = 0;
    for (std::size_t i = 0; i < spans.size();) {
      const std::size_t begin = spans[i].begin;
      std::size_t end = spans[i].end;
      for (++i; i < spans.size() && spans[i].begin <= end; ++i)
        end = std::max<std::size_t>(end, spans[i].end);
      if (end <= begin || begin < at) continue;
      print("{}{}{}{}", text.substr(at, begin - at), colour_ ? "\033[1;33m" : "«",
            text.substr(begin, end - begin), colour_ ? "\033[0m" : "»");
      at = end;
    }
    print("{}\n", text.substr(at));
  }

  void pair(std::string_view text) {
    const std::size_t tab = text.find('\t');
    Score s;
    if (tab != std::string_view::npos) {
      first_ = analyzer_->sketch(text.substr(0, tab));
      second_ = analyzer_->sketch(text.substr(tab + 1));
      s = analyzer_->same_need(first_, second_);
    }
    if (options_.json) {
      print("{{\"similarity\":{}.{:04}}}\n", s.raw / Score::kOne, s.raw % Score::kOne);
    } else {
      print("{} {:.2f}  {}\n", s >= Score::percent(50) ? "same need " : "other need", s.to_double(),
            text);
    }
  }

  const Options& options_;
  std::unique_ptr<Analyzer> analyzer_;
  bool colour_;
  std::string repaired_;
  MessageAnalysis heard_, as_bot_;
  Sketch first_, second_;
  fmt::memory_buffer out_;
};

int explain(const Options& options) {
  const auto parts = text::load_parts(options.packs, options.models);
  if (!parts) {
    std::fprintf(stderr, "%s\n", parts.error().message.c_str());
    return kUsage;
  }
  Explainer explainer(options, text::make_analyzer(*parts));
  if (!options.texts.empty()) {
    for (const std::string& text : options.texts) explainer.line(text);
  } else {
    std::ios::sync_with_stdio(false);
    std::string line;
    while (std::getline(std::cin, line)) {
      explainer.line(line);
      if (isatty(STDIN_FILENO)) explainer.flush();
    }
  }
  explainer.flush();
  return std::fflush(stdout) == 0 ? kOk : kFailed;
}

}  // namespace

void add_explain(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("explain",
                                         "Shows what is heard in a text: frustration, requests for "
                                         "a person, failure answers, amounts, ...");
  command->add_option("text", options->texts,
                      "Texts; without any, one per line from standard input");
  command->add_flag(
      "--json", options->json,
      "One JSON line for each line of input; every score is 0..1 with 0.5 as its threshold");
  command->add_flag("--pairs", options->pairs,
                    "Each line is two texts with a TAB between them: do they say the same need?");
  command
      ->add_option(
          "--as", options->as,
          "Who says it; without this, customers' things as a customer and bots' things as a bot")
      ->check(CLI::IsMember({"customer", "bot", "agent"}));
  command->add_option("--language", options->language, "BCP 47 tag of the texts, e.g. en-GB")
      ->default_str("en");
  command->add_option("--packs", options->packs,
                      "Phrase pack, or folder of *.phrases files, used in place of the built-in "
                      "ones of the same language");
  command->add_option("--models", options->models,
                      "Folder whose model files take the place of the built-in ones");
  command->footer(
      "Examples:\n"
      "  loopbreaker explain 'this is the third time I ask. let me talk to a human'\n"
      "  loopbreaker explain --as bot \"Sorry, I didn't get that.\"\n"
      "  loopbreaker explain --json < messages.txt\n"
      "  printf 'where is my parcel\\tmy package has not come\\n' | loopbreaker explain --pairs");
  command->callback([options, &exit_code] { exit_code = explain(*options); });
}

}  // namespace loopbreaker::cli
