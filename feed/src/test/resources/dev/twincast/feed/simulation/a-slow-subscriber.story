# A handler that takes nothing for a while costs nobody else; later it is replayed what it missed.
recorders 1
subscribers 2
window 64 16
run 300
pause subscriber-0
publish 60
run 20
publish 60
run 20
resume subscriber-0
idle
