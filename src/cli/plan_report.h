// A plan for people and as JSON: every line with its arithmetic and with what it rests on.
#pragma once

#include <string>
#include <vector>

#include "plan/capacity.h"
#include "plan/staffing.h"

namespace loopbreaker::cli {

struct WholePlan {
  plan::Inputs inputs;
  plan::ServiceLevel level;
  plan::Model model = plan::Model::erlang_a;
  plan::Day day;
  plan::Figures figures;
  plan::SystemPlan system;
  plan::StaffPlan staff;
};

std::string plan_text(const WholePlan& plan);
std::string plan_json(const WholePlan& plan);

}  // namespace loopbreaker::cli
