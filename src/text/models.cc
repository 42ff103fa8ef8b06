// Reads what is learnt from the binary or from a folder.
#include "text/models.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "text/builtin_data.h"
#include "text/files.h"

namespace loopbreaker::text {
namespace {

/// What is in the binary is right, or the build is broken.
template <class T>
std::shared_ptr<const T> built_in(Result<T> made) {
  if (!made) {
    std::fprintf(stderr, "built-in model: %s\n", made.error().message.c_str());
    std::abort();
  }
  return std::make_shared<const T>(std::move(made).value());
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Result<LinearModel> check_heads(Result<LinearModel> model, int heads, const std::string& name) {
  if (model && model->heads() != heads) {
    return Error{name + ": judges " + std::to_string(model->heads()) + " things, not " +
                 std::to_string(heads)};
  }
  return model;
}

/// Puts what `parse(text, path)` makes of the file in the place of `out`, if there is the file.
template <class T, class Parse>
Status read_part(const std::string& path, std::shared_ptr<const T>& out, bool& any, Parse parse) {
  if (!exists(path)) return Ok{};
  auto text = read_whole_file(path);
  if (!text) return text.error();
  auto part = parse(std::move(text).value(), path);
  if (!part) return part.error();
  out = std::make_shared<const T>(std::move(part).value());
  any = true;
  return Ok{};
}

}  // namespace

WordSums word_sums(const Models& models, std::string_view spelling, std::uint32_t word) {
  static_assert(int{kCustomerHeads} + int{kBotHeads} <= WordSums::kHeadsMax);
  WordSums sums;
  models.customer->add_word(spelling, word, 0, sums);
  models.bot->add_word(spelling, word, kCustomerHeads, sums);
  for_word_features(spelling, word, [&](std::uint32_t) { ++sums.features; });
  return sums;
}

const Models& builtin_models() {
  static const Models models = {
      built_in(VectorTable::parse(builtin_vectors(), builtin_vector_features(), "vectors.i8")),
      built_in(check_heads(LinearModel::parse(builtin_customer_model(), "customer.linear"),
                           kCustomerHeads, "customer.linear")),
      built_in(parse_mood_model(builtin_mood_model(), "mood.slopes")),
      built_in(check_heads(LinearModel::parse(builtin_bot_model(), "bot.linear"), kBotHeads,
                           "bot.linear")),
      built_in(parse_loop_model(builtin_loops(), "loops.trees"))};
  return models;
}

Result<VectorTable> read_vectors(const std::string& rows, const std::string& features) {
  auto bytes = read_whole_file(rows);
  if (!bytes) return bytes.error();
  const auto list = read_whole_file(features);
  if (!list) return list.error();
  auto table = VectorTable::own(std::move(bytes).value(), *list, rows);
  const std::string scale = std::filesystem::path(rows).replace_filename("vectors_scale.txt");
  if (!table || !exists(scale)) return table;
  const auto text = read_whole_file(scale);
  if (!text) return text.error();
  int per_mille = 0;
  std::from_chars(text->data(), text->data() + text->size(), per_mille);
  if (per_mille < 100 || per_mille > 10'000)
    return Error{scale + ": wants a number from 100 to 10000; 1000 leaves cosines as they are"};
  table->set_scale(per_mille);
  return table;
}

Result<Models> load_models(const std::string& folder) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    return Error{folder + ": no such folder; it must hold model files"};
  }
  Models models = builtin_models();
  bool any = false;
  const std::string vectors = folder + "/vectors.i8";
  if (exists(vectors)) {
    auto table = read_vectors(vectors, folder + "/vectors_features.txt");
    if (!table) return table.error();
    models.vectors = std::make_shared<const VectorTable>(std::move(table).value());
    any = true;
  }
  const auto linear = [](int heads) {
    return [heads](std::string bytes, const std::string& path) {
      return check_heads(LinearModel::own(std::move(bytes), path), heads, path);
    };
  };
  for (const Status& read :
       {read_part(folder + "/customer.linear", models.customer, any, linear(kCustomerHeads)),
        read_part(folder + "/mood.slopes", models.mood, any, parse_mood_model),
        read_part(folder + "/bot.linear", models.bot, any, linear(kBotHeads)),
        read_part(folder + "/stem_weights.tsv", models.stems, any, parse_stem_weights),
        read_part(folder + "/answers_apart.tsv", models.apart, any, parse_answers_apart),
        read_part(folder + "/loops.trees", models.loops, any, parse_loop_model)}) {
    if (!read) return read.error();
  }
  if (!any) return Error{folder + ": no model file in this folder"};
  return models;
}

}  // namespace loopbreaker::text
