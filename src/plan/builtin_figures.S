// The figures of the reference machine, put into the binary as they are.
  .section .rodata
  .global loopbreaker_figures
  .global loopbreaker_figures_end
loopbreaker_figures:
  .incbin "bench/figures.toml"
loopbreaker_figures_end:
  .byte 0
  .section .note.GNU-stack,"",%progbits
