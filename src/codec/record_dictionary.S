// What packing.cc knows of records before it sees one.
  .section .rodata
  .global loopbreaker_record_dictionary
  .global loopbreaker_record_dictionary_end
loopbreaker_record_dictionary:
  .incbin "src/codec/record_dictionary.zstd"
loopbreaker_record_dictionary_end:
  .byte 0
  .section .note.GNU-stack,"",%progbits
