# Bytes that are no packets, numbers out of this world, requests for everything: nothing happens.
recorders 1
subscribers 1
run 300
publish 2
run 5
noise subscriber-0 group
noise subscriber-0 group 00
noise subscriber-0 group 53494d554c41544544200000000000000000ffff
noise subscriber-0 group 53494d554c4154454420ffffffffffffffff0001000161
noise subscriber-0 group 53494d554c41544544200000000000000003000100ff
noise subscriber-0 ask 53494d554c415445442000000000000000010001000161
noise recorder-0 serve 53494d554c41544544200000000000000001ffff
noise recorder-0 serve 53494d554c4154454420ffffffffffffffffffff
noise recorder-0 serve 00
noise publisher serve 53494d554c415445442000000000000000090000
stranger impostor SIMULATED 2000000000
stranger-end impostor SIMULATED 3
run 5
publish 1
idle
