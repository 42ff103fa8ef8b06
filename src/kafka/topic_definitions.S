// The topic definitions, put into the binary as they are, each ended by a NUL.
.section .rodata
.global loopbreaker_topic_definitions
loopbreaker_topic_definitions:
.incbin "topics/conversation-events.toml"
.byte 0
.incbin "topics/escalations.toml"
.byte 0
.incbin "topics/handoffs.toml"
.byte 0
.incbin "topics/session-summaries.toml"
.byte 0
.incbin "topics/dead-letters.toml"
.byte 0
.incbin "topics/session-state.toml"
.byte 0
.section .note.GNU-stack,"",%progbits
