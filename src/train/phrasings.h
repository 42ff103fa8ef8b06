// Requests for a person, failure answers and their false friends, written out from small grammars:
// there is little labelled data for them, each from one source.
#pragma once

#include <string>
#include <vector>

namespace loopbreaker::train {

std::vector<std::string> requests_for_a_person();
/// Messages with the same words that ask for no person of this company.
std::vector<std::string> false_friends_of_a_person();

/// Answers of bots that fail, and answers with the same words that do not.
std::vector<std::string> failure_answers();
std::vector<std::string> working_answers();

}  // namespace loopbreaker::train
