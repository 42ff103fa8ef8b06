// Judging with a linear model.
#include "text/linear.h"

#include <cstring>

#include "text/isqrt.h"
#include "text/rows.h"

namespace loopbreaker::text {
namespace {

std::uint32_t u32_at(std::string_view bytes, std::size_t at) {
  std::uint32_t v;
  std::memcpy(&v, bytes.data() + at, sizeof v);
  return v;
}

}  // namespace

Result<LinearModel> LinearModel::parse(std::string_view bytes, std::string_view name) {
  const auto wrong = [&](const char* why) {
    return Error{std::string(name).append(": ").append(why)};
  };
  constexpr std::size_t kHead = 16, kPerHead = 4 + 2 * kDim;
  if (bytes.size() < kHead || bytes.substr(0, 4) != "LBLM" || u32_at(bytes, 4) != 1) {
    return wrong("is not a linear model of this version");
  }
  const std::uint32_t heads = u32_at(bytes, 8), bits = u32_at(bytes, 12);
  if (heads < 1 || heads > WordSums::kHeadsMax || bits < 4 || bits > 24 ||
      bytes.size() != kHead + heads * kPerHead + (std::size_t{2} << bits) * heads) {
    return wrong("is cut, or its sizes are wrong");
  }
  LinearModel model;
  model.heads_ = static_cast<int>(heads);
  model.shift_ = 32 - static_cast<int>(bits);
  std::size_t at = kHead;
  for (std::uint32_t h = 0; h < heads; ++h) {
    model.bias_.push_back(static_cast<std::int32_t>(u32_at(bytes, at)));
    std::memcpy(model.vector_.emplace_back().data(), bytes.data() + at + 4, 2 * kDim);
    at += kPerHead;
  }
  model.table_ = reinterpret_cast<const std::int16_t*>(bytes.data() + at);
  return model;
}

Result<LinearModel> LinearModel::own(std::string bytes, std::string_view name) {
  auto kept = std::make_shared<const std::string>(std::move(bytes));
  auto model = parse(*kept, name);
  if (model) model->kept_ = std::move(kept);
  return model;
}

void LinearModel::add_word(std::string_view spelling, std::uint32_t word, int first,
                           WordSums& sums) const {
  for_word_features(spelling, word, [&](std::uint32_t feature) {
    const std::int16_t* w = slot(feature);
    for (int h = 0; h < heads_; ++h) sums.heads[first + h] += w[h];
  });
}

void LinearModel::judge(const Tokens& tokens, const WordSums& words, int first,
                        const Sketch& sketch, std::int32_t* log_odds) const {
  std::array<std::int32_t, WordSums::kHeadsMax> sums{};
  for (int h = 0; h < heads_; ++h) sums[h] = words.heads[first + h];
  std::int32_t features = words.features;
  for_text_features(tokens, [&](std::uint32_t feature) {
    const std::int16_t* w = slot(feature);
    for (int h = 0; h < heads_; ++h) sums[h] += w[h];
    ++features;
  });
  const auto root = static_cast<std::int64_t>(isqrt(static_cast<std::uint64_t>(features) << 16));
  for (int h = 0; h < heads_; ++h) {
    std::int64_t odds = bias_[h] + std::int64_t{sums[h]} * (1'000 * 256 / kUnit) / root;
    if (sketch.length() != 0) {
      const std::int32_t dot = rows::dot(vector_[h].data(), sketch.vector());
      odds += std::int64_t{dot} * (1'000 * 32 / kVectorUnit) / sketch.length();
    }
    log_odds[h] = static_cast<std::int32_t>(odds);
  }
}

void LinearModel::shares(const Tokens& tokens, int head,
                         std::vector<std::int32_t>& per_token) const {
  per_token.assign(tokens.all.size(), 0);
  std::int32_t features = 0;
  for (std::size_t i = 0; i < tokens.all.size(); ++i) {
    const Token& t = tokens.all[i];
    for_word_features(tokens.spelling(t), tokens.feature_word(t), [&](std::uint32_t feature) {
      per_token[i] += slot(feature)[head];
      ++features;
    });
  }
  std::size_t pair = 0;
  for_text_features(tokens, [&](std::uint32_t feature) {
    ++features;
    // The pairs come first, one before each token and one after the last.
    const std::size_t i = pair++;
    if (i > tokens.all.size()) return;
    const std::int32_t half = slot(feature)[head] / 2;
    if (i > 0) per_token[i - 1] += half;
    if (i < tokens.all.size()) per_token[i] += half;
  });
  const auto root = static_cast<std::int64_t>(isqrt(static_cast<std::uint64_t>(features) << 16));
  for (std::int32_t& share : per_token) {
    share = static_cast<std::int32_t>(std::int64_t{share} * (1'000 * 256 / kUnit) / root);
  }
}

}  // namespace loopbreaker::text
