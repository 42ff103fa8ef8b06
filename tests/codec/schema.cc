// See schema.h. valijson checks; this file reports.
#include "codec/schema.h"

// g++ 12 with sanitizers: a false alarm inside of <regex>, which valijson uses.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include <stdexcept>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "codec/support.h"

namespace loopbreaker::codec {

using Adapter = valijson::adapters::NlohmannJsonAdapter;

struct Schema::Impl {
  nlohmann::json text;
  valijson::Schema schema;

  const nlohmann::json& resolved(const nlohmann::json& schema_part) const {
    const auto ref = schema_part.find("$ref");
    if (ref == schema_part.end()) return schema_part;
    return text.at(nlohmann::json::json_pointer(ref->get<std::string>().substr(1)));
  }

  void walk(const nlohmann::json& value, const nlohmann::json& part, const std::string& path,
            std::string& found) const {
    const nlohmann::json& schema_part = resolved(part);
    if (value.is_array()) {
      for (const auto& element : value)
        walk(element, schema_part.at("items"), std::string(path).append("[]"), found);
    }
    if (!value.is_object()) return;
    for (const auto& [name, member] : value.items()) {
      const auto& properties = schema_part.at("properties");
      if (properties.contains(name)) {
        walk(member, properties.at(name), std::string(path).append(".").append(name), found);
      } else {
        found.append(path).append(".").append(name).append("\n");
      }
    }
  }
};

Schema::Schema(const std::string& name) : impl_(std::make_unique<Impl>()) {
  impl_->text = nlohmann::json::parse(read_text(topics_folder() / (name + ".schema.json")));
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(Adapter(impl_->text), impl_->schema);
}

Schema::~Schema() = default;

std::string Schema::faults(const nlohmann::json& value) const {
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults results;
  if (validator.validate(impl_->schema, Adapter(value), &results)) return "";
  std::string text;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    for (const std::string& part : error.context) text += part;
    text.append(": ").append(error.description).append("\n");
  }
  return text.empty() ? "not valid" : text;
}

std::string Schema::unnamed(const nlohmann::json& value) const {
  std::string found;
  impl_->walk(value, impl_->text, "", found);
  return found;
}

}  // namespace loopbreaker::codec
