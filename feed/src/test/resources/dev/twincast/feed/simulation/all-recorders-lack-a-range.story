# What nobody keeps any more is told as lost, and exactly that.
recorders 1
subscribers 1
store 4096
run 300
cut subscriber-0
publish 1500
run 100
join subscriber-0
subscriber from 1
publish 1
run 3000
