# The end comes after all messages, also for who missed the last one.
recorders 1
subscribers 2
run 300
publish 2
run 5
drop subscriber-1 1
publish 1
end
run 4000
# Who comes later is told by a recorder.
crash publisher
subscriber from 2
idle
run 1000
