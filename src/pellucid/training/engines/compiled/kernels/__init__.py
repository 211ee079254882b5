"""What is compiled: one member's training steps, sixteen numbers at a time. Only these files import llvmlite.

Whatever is called within a kernel works on addresses in bytes: memory is laid out by ``laying``, which alone knows what
lies where. Every row of a matrix begins at a multiple of 64 bytes and holds a multiple of 16 numbers.
"""
