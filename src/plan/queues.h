// Waiting lines of a contact centre: Erlang B, Erlang C, and Erlang A, in which customers give up.
//
// Contacts arrive at random (Poisson) at `arrivals` per second, take `handle_seconds` on average
// (exponential) and are answered by `agents`, first come first served. In Erlang A each waits with
// a patience that is exponential with mean `patience_seconds`. The formulas are in
// bench/CAPACITY.md.
#pragma once

namespace loopbreaker::plan {

struct Queue {
  double arrivals = 0;        ///< per second
  double handle_seconds = 0;  ///< mean
  int agents = 0;
  double patience_seconds = 0;                               ///< mean; Erlang A only
  double load() const { return arrivals * handle_seconds; }  ///< in erlangs
};

struct Service {
  bool stable = true;  ///< Erlang C: false when the load reaches the agents; then nothing is ever
                       ///< answered in time
  double wait_share = 0;  ///< share of contacts that have to wait at all
  double answered_share =
      0;  ///< share of all contacts answered within the time asked for; giving up is not an answer
  double mean_wait = 0;        ///< seconds in line, of all contacts, also those who give up
  double answer_speed = 0;     ///< mean seconds in line of those who are answered
  double abandoned_share = 0;  ///< share that gives up
  double occupancy = 0;        ///< share of the agents' time that is spent on contacts
  double queue_length = 0;     ///< mean number in line
};

/// Share of contacts that find all `agents` busy when nobody can wait. REQUIRES: load >= 0, agents
/// >= 0.
double erlang_b(double load, int agents);

/// REQUIRES: arrivals, handle_seconds > 0, agents >= 1, within_seconds >= 0.
Service erlang_c(const Queue& queue, double within_seconds);
/// REQUIRES: as erlang_c, and patience_seconds > 0.
Service erlang_a(const Queue& queue, double within_seconds);

struct Target {
  double answered_share = 0.8;
  double within_seconds = 20;
  double occupancy_max = 1;  ///< agents are not to be busier than this
};

/// The least number of agents that meets the target; `queue.agents` is ignored.
int agents_by_erlang_c(Queue queue, const Target& target);
int agents_by_erlang_a(Queue queue, const Target& target);

}  // namespace loopbreaker::plan
