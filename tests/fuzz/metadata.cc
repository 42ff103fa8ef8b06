#include "codec/progress.h"
#include "fuzz/targets.h"

namespace loopbreaker::fuzz {

void metadata(std::string_view bytes) {
  const auto mark = codec::decode_metadata(bytes);
  if (!mark) {
    promise(!mark.error().message.empty(), "a refusal says why");
    return;
  }
  codec::Progress progress;
  progress.seq = mark->seq;
  progress.committed = mark->committed;
  const std::string written = codec::progress_metadata(progress);
  promise(written.size() <= 80, "metadata is short");
  promise(written.find('\0') == std::string::npos, "metadata has no NUL");
  const auto again = codec::decode_metadata(written);
  promise(again && again->seq == mark->seq && again->committed == mark->committed,
          "metadata is kept as it is");
}

}  // namespace loopbreaker::fuzz
