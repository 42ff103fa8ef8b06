// AdaGrad in a fixed order. Floating point stays in training: what ships are the integers packed
// at the end.
#include "train/logistic.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "text/linear.h"

namespace loopbreaker::train {
namespace {

std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = state += 0x9E3779B97F4A7C15ull;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ z >> 27) * 0x94D049BB133111EBull;
  return z ^ z >> 31;
}

void shuffle(std::vector<std::uint32_t>& order, std::uint64_t& state) {
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[next_random(state) % i]);
  }
}

float scale_of(const Example& e) {
  return e.features.empty() ? 0.0F : 1.0F / std::sqrt(static_cast<float>(e.features.size()));
}

template <class Integer>
void put(std::string& out, Integer v) {
  out.append(reinterpret_cast<const char*>(&v), sizeof v);
}

std::int16_t as_int16(double v) {
  return static_cast<std::int16_t>(std::clamp(std::lround(v), -32'767L, 32'767L));
}

}  // namespace

double LogisticModel::log_odds(const Example& e) const {
  const int shift = 32 - static_cast<int>(std::lround(std::log2(weights.size())));
  double sum = 0, dot = 0;
  for (std::uint32_t f : e.features) sum += weights[f >> shift];
  for (std::size_t i = 0; i < vector.size(); ++i) dot += vector[i] * e.vector[i];
  return bias + sum * scale_of(e) + dot;
}

LogisticModel fit(std::span<const Example* const> examples, const LogisticSettings& s) {
  const std::size_t size = std::size_t{1} << s.bits;
  const int shift = 32 - s.bits;
  LogisticModel m;
  m.weights.assign(size, 0);
  std::vector<float> squares(size, 1e-4F);
  std::array<float, 128> vector_squares;
  vector_squares.fill(1e-4F);
  float bias_square = 1e-4F;
  double positive = 0, all = 0;
  for (const Example* e : examples) {
    positive += e->positive ? e->weight : 0;
    all += e->weight;
  }
  m.bias = static_cast<float>(std::log((positive + 1) / (all - positive + 1)));
  std::vector<std::uint32_t> order(examples.size());
  std::iota(order.begin(), order.end(), 0u);
  std::uint64_t random = 1;
  const auto step = [](float& w, float& square, float gradient, float rate) {
    square += gradient * gradient;
    w -= rate * gradient / std::sqrt(square);
  };
  for (int epoch = 0; epoch < s.epochs; ++epoch) {
    shuffle(order, random);
    const float rate = s.rate / (1.0F + 0.3F * static_cast<float>(epoch));
    for (std::uint32_t i : order) {
      const Example& e = *examples[i];
      const auto odds = static_cast<float>(m.log_odds(e));
      const float p = 1.0F / (1.0F + std::exp(-odds));
      const float g = (p - (e.positive ? 1.0F : 0.0F)) * e.weight;
      const float x = g * scale_of(e);
      for (std::uint32_t f : e.features) {
        float& w = m.weights[f >> shift];
        step(w, squares[f >> shift], x + s.l2 * w, rate);
      }
      for (std::size_t k = 0; k < 128; ++k) {
        step(m.vector[k], vector_squares[k], g * e.vector[k] * s.vector + s.l2 * m.vector[k],
             rate * s.vector);
      }
      step(m.bias, bias_square, g, 0.1F * rate);
    }
  }
  return m;
}

std::vector<double> held_out(std::span<const Example> examples, const LogisticSettings& settings,
                             int folds, const std::function<void()>& tick) {
  std::vector<double> odds(examples.size());
  for (int fold = 0; fold < folds; ++fold) {
    std::vector<const Example*> rest;
    for (const Example& e : examples) {
      if (e.group % folds != fold) rest.push_back(&e);
    }
    const LogisticModel m = fit(rest, settings);
    for (std::size_t i = 0; i < examples.size(); ++i) {
      if (examples[i].group % folds == fold) odds[i] = m.log_odds(examples[i]);
    }
    tick();
  }
  return odds;
}

std::vector<bool> labels_of(std::span<const Example> examples) {
  std::vector<bool> labels;
  for (const Example& e : examples) labels.push_back(e.positive);
  return labels;
}

std::vector<const Example*> pointers_to(std::span<const Example> examples) {
  std::vector<const Example*> all;
  for (const Example& e : examples) all.push_back(&e);
  return all;
}

std::vector<double> judge(const LogisticModel& model, std::span<const Example> examples) {
  std::vector<double> odds;
  for (const Example& e : examples) odds.push_back(model.log_odds(e));
  return odds;
}

std::string pack_heads(std::span<const LogisticModel> heads, int bits) {
  using text::LinearModel;
  std::string out = "LBLM";
  put(out, std::uint32_t{1});
  put(out, static_cast<std::uint32_t>(heads.size()));
  put(out, static_cast<std::uint32_t>(bits));
  for (const LogisticModel& m : heads) {
    put(out, static_cast<std::int32_t>(std::lround(m.bias * 1'000)));
    for (float w : m.vector) put(out, as_int16(w * LinearModel::kVectorUnit));
  }
  for (std::size_t i = 0; i < std::size_t{1} << bits; ++i) {
    for (const LogisticModel& m : heads) put(out, as_int16(m.weights[i] * LinearModel::kUnit));
  }
  return out;
}

}  // namespace loopbreaker::train
