// Json over simdjson's DOM.
#include "cli/render_json.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <new>

#include "cli/render_paint.h"
#include "codec/rfc3339.h"

namespace loopbreaker::cli {
namespace {

using Element = simdjson::dom::element;
static_assert(sizeof(Element) <= 16 && alignof(Element) <= 8);
static_assert(std::is_trivially_copyable_v<Element>);

const Element& of(const unsigned char* bytes) {
  return *std::launder(reinterpret_cast<const Element*>(bytes));
}

}  // namespace

struct JsonDocument::Impl {
  simdjson::dom::parser parser;
  static Json wrap(const Element& element) {
    Json json;
    new (json.element_) Element(element);
    json.present_ = true;
    return json;
  }
};

JsonDocument::JsonDocument() : impl_(std::make_unique<Impl>()) {}
JsonDocument::~JsonDocument() = default;

Json JsonDocument::parse(std::string_view json) {
  Element root;
  if (impl_->parser.parse(json.data(), json.size()).get(root)) return {};
  return Impl::wrap(root);
}

bool Json::is_object() const { return present_ && of(element_).is_object(); }

Json Json::at(std::string_view name) const {
  Element found;
  if (!is_object() || of(element_)[name].get(found)) return {};
  Json json;
  new (json.element_) Element(found);
  json.present_ = true;
  return json;
}

std::string Json::as_text() const {
  if (!present_) return {};
  const Element& element = of(element_);
  switch (element.type()) {
    case simdjson::dom::element_type::STRING:
      return safe_text(element.get_string().value_unsafe());
    case simdjson::dom::element_type::INT64:
      return std::to_string(element.get_int64().value_unsafe());
    case simdjson::dom::element_type::UINT64:
      return std::to_string(element.get_uint64().value_unsafe());
    case simdjson::dom::element_type::DOUBLE:
      return fmt::format("{:g}", element.get_double().value_unsafe());
    case simdjson::dom::element_type::BOOL:
      return element.get_bool().value_unsafe() ? "yes" : "no";
    default:
      return {};
  }
}

std::string Json::text(std::string_view name) const { return at(name).as_text(); }

std::int64_t Json::number(std::string_view name) const {
  const Json found = at(name);
  std::int64_t value = 0;
  return found.present_ && !of(found.element_).get_int64().get(value) ? value : 0;
}

double Json::fraction(std::string_view name) const {
  const Json found = at(name);
  double value = 0;
  return found.present_ && !of(found.element_).get_double().get(value) ? value : 0;
}

bool Json::flag(std::string_view name) const {
  const Json found = at(name);
  bool value = false;
  return found.present_ && !of(found.element_).get_bool().get(value) && value;
}

std::vector<Json> Json::list(std::string_view name) const {
  const Json found = at(name);
  simdjson::dom::array array;
  std::vector<Json> out;
  if (!found.present_ || of(found.element_).get_array().get(array)) return out;
  for (const Element element : array) {
    Json& json = out.emplace_back();
    new (json.element_) Element(element);
    json.present_ = true;
  }
  return out;
}

std::string clock_of(const std::string& time) {
  return time.size() >= 19 && time[10] == 'T' ? time.substr(11, 8) : "--:--:--";
}

std::string time_between(const std::string& from, const std::string& to) {
  const auto a = codec::parse_rfc3339(from), b = codec::parse_rfc3339(to);
  if (!a || !b || *b < *a) return {};
  const std::int64_t s = (*b - *a).ms / 1000;
  if (s < 60) return fmt::format("{}s", s);
  if (s < 3600) return fmt::format("{}m {}s", s / 60, s % 60);
  return fmt::format("{}h {}m", s / 3600, s / 60 % 60);
}

std::string unreadable(std::string_view json, const RenderOptions& options) {
  std::string out = "not an output of Loopbreaker, shown as it is: ";
  const std::size_t column = out.size();
  append_wrapped(out, Painter(options.color), Style::dim,
                 fit_columns(safe_text(json.substr(0, 2000)), 400), column, 2, options.width);
  return out;
}

}  // namespace loopbreaker::cli
