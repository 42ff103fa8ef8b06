// HeadReader over simdjson.
#include "cli/event_head.h"

#include <simdjson.h>

#include <string>

#include "codec/rfc3339.h"

namespace loopbreaker::cli {

struct HeadReader::Impl {
  simdjson::dom::parser parser;
};

HeadReader::HeadReader() : impl_(std::make_unique<Impl>()) {}
HeadReader::~HeadReader() = default;

EventHead HeadReader::read(std::string_view line) {
  EventHead head;
  simdjson::dom::object event;
  if (impl_->parser.parse(line.data(), line.size()).get_object().get(event)) return head;
  std::string_view text;
  if (!event["data"]["session_id"].get_string().get(text)) head.session_id = text;
  if (!event["time"].get_string().get(text))
    head.time = codec::parse_rfc3339(text).value_or(kNoTime);
  return head;
}

}  // namespace loopbreaker::cli
