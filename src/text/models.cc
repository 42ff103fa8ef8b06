// Reads what is learnt from the binary or from a folder.
#include "text/models.h"

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

}  // namespace

const Models& builtin_models() {
  static const Models models = {
      built_in(VectorTable::parse(builtin_vectors(), builtin_vector_features(), "vectors.i8"))};
  return models;
}

Result<VectorTable> read_vectors(const std::string& rows, const std::string& features) {
  auto bytes = read_whole_file(rows);
  if (!bytes) return bytes.error();
  const auto list = read_whole_file(features);
  if (!list) return list.error();
  return VectorTable::own(std::move(bytes).value(), *list, rows);
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
  if (!any) return Error{folder + ": no model file in this folder"};
  return models;
}

}  // namespace loopbreaker::text
