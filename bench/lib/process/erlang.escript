#!/usr/bin/env escript
%%! +S 1:1 +sbwt none
%% The other end of the scale: what bench:process measures, in Erlang, on one scheduler. Called as
%% child.ts is, and prints one number as it does:
%%   erlang.escript erlang time <workload> <milliseconds> [<operations>]
%%   erlang.escript erlang bytes <population> <count>
-mode(compile).
-export([init/1, start_worker/1]).
-behaviour(supervisor).

-define(SLICES, 7).
-define(BATCH, 100).
-define(RING, 1000).

main([_, "time", Does, Budget | Rest]) ->
    Fixed = case Rest of [] -> 0; [Text] -> list_to_integer(Text) end,
    io:format("~p~n", [time(workload(Does), list_to_integer(Budget), Fixed)]);
main([_, "bytes", "subscription", Text]) ->
    io:format("~p~n", [bytes(round(number(Text)))]).

number(Text) ->
    try list_to_integer(Text) catch error:badarg -> list_to_float(Text) end.

%% Half of the time to run hot, half to measure, as in child.ts; processor time.
time(Workload, Budget, Fixed) ->
    Wanted = Budget / 2 / ?SLICES,
    Count = warm(Workload, case Fixed of 0 -> 1000; _ -> Fixed end, Fixed, Wanted, Budget / 2),
    Samples = lists:sort([slice(Workload, Count) / Count || _ <- lists:seq(1, ?SLICES)]),
    lists:nth(?SLICES div 2 + 1, Samples) * 1.0e6.

warm(_, Count, _, _, Left) when Left =< 0 -> Count;
warm(Workload, Count, Fixed, Wanted, Left) ->
    Millis = max(0.1, slice(Workload, Count)),
    Next = if Fixed =:= 0, Millis < Wanted -> 1000 * ceil(Count * min(10, Wanted / Millis) / 1000);
              true -> Count
           end,
    warm(Workload, Next, Fixed, Wanted, Left - Millis).

slice(Workload, Count) ->
    Run = Workload(Count),
    erlang:garbage_collect(),
    Before = cpu(),
    Run(),
    (cpu() - Before) / 1.0e6.

%% Nanoseconds of processor time, all threads.
cpu() ->
    {ok, Threads} = file:list_dir("/proc/self/task"),
    lists:sum([nanos(Thread) || Thread <- Threads]).

nanos(Thread) ->
    case file:read_file("/proc/self/task/" ++ Thread ++ "/schedstat") of
        {ok, Text} -> binary_to_integer(hd(binary:split(Text, <<" ">>)));
        {error, _} -> 0
    end.

%% Each makes ready and returns what is timed.
workload("spawn") ->
    fun(Count) -> fun() -> spawns(Count) end end;
workload("pingPong") ->
    fun(Count) -> circle(2, Count) end;
workload("ring") ->
    fun(Count) -> circle(?RING, Count) end;
workload("monitor") ->
    fun(Count) ->
        Watched = [spawn(fun() -> receive stop -> ok end end) || _ <- lists:seq(1, Count)],
        fun() ->
            [erlang:monitor(process, Pid) || Pid <- Watched],
            [Pid ! stop || Pid <- Watched],
            [receive {'DOWN', _, _, _, _} -> ok end || _ <- Watched]
        end
    end;
workload("broadcast") ->
    {ok, _} = pg:start_link(),
    Self = self(),
    %% Processes run in the order in which they were sent something: the last one tells.
    Members = [spawn(fun drain/0) || _ <- lists:seq(2, 10000)],
    ok = pg:join(members, Members ++ [spawn(fun() -> tell(Self) end)]),
    fun(Count) ->
        fun() ->
            [begin
                 Found = pg:get_members(members),
                 [Pid ! token || Pid <- Found],
                 receive told -> ok end
             end || _ <- lists:seq(1, Count div 10000)]
        end
    end;
workload("restart") ->
    logger:set_primary_config(level, none),
    fun(Count) ->
        fun() -> [restarts() || _ <- lists:seq(1, Count div ?BATCH)] end
    end.

%% One supervisor, whose one child crashes so many times.
restarts() ->
    {ok, Supervisor} = supervisor:start_link(?MODULE, self()),
    crash(?BATCH),
    receive {started, _} -> ok end,
    unlink(Supervisor),
    Monitor = erlang:monitor(process, Supervisor),
    exit(Supervisor, shutdown),
    receive {'DOWN', Monitor, _, _, _} -> ok end.

%% A batch of processes at a time; the last one of a batch tells.
spawns(Count) when Count =< 0 -> ok;
spawns(Count) ->
    Self = self(),
    [begin
         Pid = spawn(fun() -> receive 1 -> Self ! over; _ -> ok end end),
         Pid ! Left
     end || Left <- lists:seq(?BATCH, 1, -1)],
    receive over -> ok end,
    spawns(Count - ?BATCH).

circle(Size, Count) ->
    Self = self(),
    First = spawn(fun() -> receive {next, Next} -> hop(Next, Self) end end),
    Last = lists:foldl(fun(_, Next) -> spawn(fun() -> hop(Next, Self) end) end, First, lists:seq(2, Size)),
    First ! {next, Last},
    fun() ->
        First ! Count,
        receive over -> First ! stop end
    end.

hop(Next, Over) ->
    receive
        0 -> Over ! over, hop(Next, Over);
        stop -> Next ! stop;
        Left -> Next ! Left - 1, hop(Next, Over)
    end.

drain() -> receive token -> drain() end.

tell(To) -> receive token -> To ! told, tell(To) end.

crash(0) -> ok;
crash(Left) ->
    receive {started, Pid} -> Pid ! crash end,
    crash(Left - 1).

init(To) ->
    Worker = #{id => worker, start => {?MODULE, start_worker, [To]}},
    {ok, {#{intensity => 2 * ?BATCH, period => 1}, [Worker]}}.

start_worker(To) ->
    {ok, spawn_link(fun() -> To ! {started, self()}, receive crash -> exit(boom) end end)}.

%% The heap of processes that wait for a message, by the difference before and after.
bytes(Count) ->
    erlang:garbage_collect(),
    Before = erlang:memory(processes),
    Pids = [spawn(fun() -> receive stop -> ok end end) || _ <- lists:seq(1, Count)],
    erlang:garbage_collect(),
    After = erlang:memory(processes),
    true = length(Pids) =:= Count,
    (After - Before) / Count.
