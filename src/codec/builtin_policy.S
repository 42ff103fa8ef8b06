// The default policy, put into the binary as it is.
  .section .rodata
  .global loopbreaker_default_policy
  .global loopbreaker_default_policy_end
loopbreaker_default_policy:
  .incbin "src/codec/policies/default.toml"
loopbreaker_default_policy_end:
  .byte 0
  .section .note.GNU-stack,"",%progbits
