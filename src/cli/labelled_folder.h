// A folder of labelled conversations and texts, as `evaluate` reads it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "loopbreaker/policy.h"
#include "loopbreaker/result.h"
#include "quality/sections.h"

namespace loopbreaker::cli {

/// What the folder may hold, for --help.
extern const char* const kLabelledFolderHelp;

/// Reads all labels and texts of `folder`; recordings stay empty. Fails when nothing is there.
Result<quality::Labelled> read_labelled_folder(const std::string& folder);

/// The file with the events of a session set.
std::string session_file(const std::string& folder, const std::string& set);

/// Plays the events of a file and adds to `out` what was heard and decided; lines that are not
/// `wanted` are passed over.
Status play_file(const std::string& path, const Policy& policy, Analyzer& analyzer,
                 quality::Recording& out,
                 const std::function<bool(std::string_view line)>& wanted = nullptr);

}  // namespace loopbreaker::cli
