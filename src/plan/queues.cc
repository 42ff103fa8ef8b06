#include "plan/queues.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace loopbreaker::plan {
namespace {

/// Terms below this, relative to the largest, change no digit of a double.
constexpr double kNothing = 1e-18;

double erlang_c_of(double load, int agents) {
  const double blocked = erlang_b(load, agents);
  const double busy = load / agents;
  return blocked / (1 - busy * (1 - blocked));
}

/// Stationary distribution of the number of contacts in an Erlang A system, as sums. Walked from
/// its mode outwards, where every term is at most 1: no factorial, and nothing overflows at any
/// load.
struct Stationary {
  double waiting = 0;  ///< P(all agents are busy)
  double queue = 0;    ///< mean number in line
  double busy = 0;     ///< mean number of busy agents
};

Stationary stationary(const Queue& q) {
  const double up = q.arrivals;
  const double mu = 1 / q.handle_seconds, theta = 1 / q.patience_seconds;
  const double n = q.agents;
  const auto down = [&](double j) { return std::min(j, n) * mu + std::max(0.0, j - n) * theta; };
  // The last state that is entered from below faster than it is left.
  const double mode = q.load() < n ? std::floor(q.load()) : n + std::floor((up - n * mu) / theta);
  Stationary s;
  double total = 0;
  const auto add = [&](double j, double p) {
    total += p;
    s.busy += std::min(j, n) * p;
    if (j >= n) {
      s.waiting += p;
      s.queue += (j - n) * p;
    }
  };
  add(mode, 1);
  double p = 1;
  for (double j = mode; p > kNothing * total;) {
    p *= up / down(j + 1);
    add(++j, p);
  }
  p = 1;
  for (double j = mode; j > 0 && p > kNothing * total;) {
    p *= down(j) / up;
    add(--j, p);
  }
  s.waiting /= total;
  s.queue /= total;
  s.busy /= total;
  return s;
}

/// The wait V that the line offers to those who find all agents busy has a density in proportion to
///   v(t) = exp(arrivals * (1 - e^(-theta t)) / theta - agents * mu * t),
/// and a contact is still there at t with e^(-theta t). The logarithms of both are concave, so all
/// that counts lies around one maximum, on either side of which they are smooth. Each is reckoned
/// relative to its maximum, where the large terms cancel on paper and not in the computer.
class OfferedWait {
 public:
  explicit OfferedWait(const Queue& q)
      : lambda_(q.arrivals),
        theta_(1 / q.patience_seconds),
        offered_(peak_of(q.agents / q.handle_seconds)),
        answered_(peak_of(q.agents / q.handle_seconds + theta_)),
        whole_(integrate(offered_, INFINITY).share) {}

  struct Answered {
    double share = 0;    ///< P(answered by then | has to wait)
    double seconds = 0;  ///< mean of the wait over the same
  };
  Answered answered_until(double until) const {
    Answered out = integrate(answered_, until);
    const double scale = std::exp(answered_.log_height - offered_.log_height) / whole_;
    out.share *= scale;
    out.seconds *= scale;
    return out;
  }

 private:
  /// exp(lambda * (1 - e^(-theta t)) / theta - rate * t)
  struct Density {
    double rate;        ///< of the fall
    double top;         ///< t of its maximum
    double rise;        ///< lambda * e^(-theta * top): `rate` itself unless the top is at 0
    double log_height;  ///< its logarithm there
  };

  Density peak_of(double rate) const {
    if (rate >= lambda_) return {rate, 0, lambda_, 0};
    const double log_ratio = std::log(lambda_ / rate);
    return {rate, log_ratio / theta_, rate, (lambda_ - rate - rate * log_ratio) / theta_};
  }

  /// Logarithm of the density, relative to its maximum.
  double log_of(const Density& d, double t) const {
    const double u = t - d.top, x = theta_ * u;
    const double bend =  // x + e^-x - 1
        std::abs(x) < 1e-3 ? x * x * (0.5 - x / 6 + x * x / 24) : x + std::expm1(-x);
    return -(d.rate - d.rise) * u - d.rise / theta_ * bend;
  }

  Answered integrate(const Density& d, double until) const {
    const double best = std::min(until, d.top);
    // Where the density has fallen by 50 nats nothing is left.
    const double floor = log_of(d, best) - 50;
    const auto edge = [&](double inside, double outside) {
      for (int i = 0; i < 60; ++i) {
        const double middle = (inside + outside) / 2;
        (log_of(d, middle) < floor ? outside : inside) = middle;
      }
      return inside;
    };
    const double low = log_of(d, 0) < floor ? edge(best, 0) : 0;
    double high = until;
    if (!std::isfinite(high)) {
      high = best + 1 / d.rate;
      while (log_of(d, high) > floor) high = best + 2 * (high - best);
    }
    if (log_of(d, high) < floor) high = edge(best, high);
    const Answered left = refine(d, low, best, rule(d, low, best), 0);
    const Answered right = refine(d, best, high, rule(d, best, high), 0);
    return {left.share + right.share, left.seconds + right.seconds};
  }

  /// Gauss-Legendre with eight points.
  Answered rule(const Density& d, double from, double to) const {
    static constexpr std::array<double, 4> kAt{0.1834346424956498, 0.5255324099163290,
                                               0.7966664774136267, 0.9602898564975363};
    static constexpr std::array<double, 4> kWeight{0.3626837833783620, 0.3137066458778873,
                                                   0.2223810344533745, 0.1012285362903763};
    const double middle = (from + to) / 2, half = (to - from) / 2;
    Answered out;
    for (std::size_t i = 0; i < kAt.size(); ++i) {
      for (const double t : {middle - half * kAt[i], middle + half * kAt[i]}) {
        const double p = half * kWeight[i] * std::exp(log_of(d, t));
        out.share += p;
        out.seconds += t * p;
      }
    }
    return out;
  }

  /// Halves the panel until halving it changes nothing: the rise may be a thousand times as steep
  /// as the fall.
  Answered refine(const Density& d, double from, double to, const Answered& once, int depth) const {
    const double middle = (from + to) / 2;
    const Answered a = rule(d, from, middle), b = rule(d, middle, to);
    const Answered twice{a.share + b.share, a.seconds + b.seconds};
    constexpr double kSame = 1e-9;
    constexpr int kDepthMax = 16;
    if (depth == kDepthMax || std::abs(twice.share - once.share) <= kSame * twice.share)
      return twice;
    const Answered left = refine(d, from, middle, a, depth + 1);
    const Answered right = refine(d, middle, to, b, depth + 1);
    return {left.share + right.share, left.seconds + right.seconds};
  }

  double lambda_, theta_;
  Density offered_, answered_;
  double whole_;  ///< integral of `offered_`, relative to its maximum
};

bool meets(const Service& s, const Target& target) {
  return s.stable && s.answered_share >= target.answered_share &&
         s.occupancy <= target.occupancy_max;
}

}  // namespace

double erlang_b(double load, int agents) {
  double blocked = 1;
  for (int i = 1; i <= agents; ++i) blocked = load * blocked / (i + load * blocked);
  return blocked;
}

Service erlang_c(const Queue& q, double within) {
  Service s;
  s.occupancy = q.load() / q.agents;
  if (s.occupancy >= 1) {
    s.stable = false;
    s.wait_share = s.occupancy = 1;
    s.mean_wait = s.answer_speed = s.queue_length = INFINITY;
    return s;
  }
  const double spare =
      (q.agents - q.load()) / q.handle_seconds;  // answers per second beyond the arrivals
  s.wait_share = erlang_c_of(q.load(), q.agents);
  s.answered_share = 1 - s.wait_share * std::exp(-spare * within);
  s.mean_wait = s.answer_speed = s.wait_share / spare;
  s.queue_length = q.arrivals * s.mean_wait;
  return s;
}

Service erlang_a(const Queue& q, double within) {
  const Stationary p = stationary(q);
  const OfferedWait wait(q);
  Service s;
  s.wait_share = p.waiting;
  s.queue_length = p.queue;
  s.mean_wait = p.queue / q.arrivals;
  s.abandoned_share = s.mean_wait / q.patience_seconds;
  s.occupancy = p.busy / q.agents;
  s.answered_share =
      1 - p.waiting + (within > 0 ? p.waiting * wait.answered_until(within).share : 0);
  s.answer_speed = p.waiting * wait.answered_until(INFINITY).seconds / (1 - s.abandoned_share);
  return s;
}

int agents_by_erlang_c(Queue q, const Target& target) {
  // More agents are always better, and erlang_b comes agent by agent: one walk.
  const double load = q.load();
  double blocked = 1;
  for (int n = 1;; ++n) {
    blocked = load * blocked / (n + load * blocked);
    const double busy = load / n;
    if (busy >= 1 || busy > target.occupancy_max) continue;
    const double wait = blocked / (1 - busy * (1 - blocked));
    const double late = wait * std::exp(-(n - load) / q.handle_seconds * target.within_seconds);
    if (1 - late >= target.answered_share) return n;
  }
}

int agents_by_erlang_a(Queue q, const Target& target) {
  // Doubling, then halving: more agents are always better.
  const auto enough = [&](int n) {
    q.agents = n;
    return meets(erlang_a(q, target.within_seconds), target);
  };
  int high = 1;
  while (!enough(high)) high *= 2;
  int low = high / 2;  // not enough, or 0
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace loopbreaker::plan
