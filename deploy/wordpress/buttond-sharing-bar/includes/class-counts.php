<?php
/**
 * The numbers of shares: kept beside the posts, refreshed by cron, shown in the lists of posts.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

use WP_Post;
use WP_Query;

defined( 'ABSPATH' ) || exit;

/**
 * The column costs no query, since WordPress loads a list's post meta anyway. A run of cron asks for the newest posts, which
 * change most, and goes on where the last one stopped: at the state's `cursor`, date and id of the last post asked for.
 */
final class Counts {

	const META   = '_buttond_sharing_bar_shares';
	const HOOK   = 'buttond_sharing_bar_counts';
	const COLUMN = 'buttond_sharing_bar_shares';

	/**
	 * Links of a request, as many as a server takes.
	 */
	const LINKS = 50;

	/**
	 * Requests of a run.
	 */
	const REQUESTS = 10;

	/**
	 * Bytes of a request's parameters: what proxies take in front of a server, which is less than a server does.
	 */
	const LENGTH = 7000;

	/**
	 * Hooks in.
	 */
	public static function hooks() {
		add_action( 'admin_init', array( __CLASS__, 'schedule' ) );
		add_action( 'admin_init', array( __CLASS__, 'add_columns' ) );
		if ( wp_doing_cron() ) {
			add_action( 'init', array( __CLASS__, 'schedule' ) ); // For blogs with a fixed address, whose admin never comes.
		}
	}

	/**
	 * Sees to it that the next run is due, once there is a server.
	 */
	public static function schedule() {
		if ( '' === Settings::server() ) {
			return;
		}
		$next = wp_next_scheduled( self::HOOK );
		if ( $next > time() + HOUR_IN_SECONDS && Server::state()['retry_at'] <= time() ) {
			wp_clear_scheduled_hook( self::HOOK ); // It was to wait for a server that answers by now.
			$next = false;
		}
		if ( ! $next ) {
			wp_schedule_event( time(), 'hourly', self::HOOK );
		}
	}

	/**
	 * The cron job. It ends at the first failure; Server::ask() knows when the next try is due.
	 */
	public static function refresh() {
		$settings = Settings::get();
		$stopped  = self::place( Server::state()['cursor'] );
		$place    = array();
		for ( $request = 0; $request < self::REQUESTS; $request++ ) {
			$posts = Public_Posts::before( $place, $settings['post_types'], self::LINKS );
			if ( ! $posts ) {
				$stopped = array(); // All are gone through; the next run begins anew.
				break;
			}
			list( $links, $last ) = self::portion( $posts );
			if ( $links && ! self::ask( $links ) ) {
				break;
			}
			$place = array( $last->post_date, $last->ID );
			if ( 0 === $request && $stopped && $stopped < $place ) {
				$place = $stopped;
			}
			if ( $request > 0 || ! $stopped ) {
				$stopped = $place;
			}
			Public_Posts::forget();
		}
		$cursor = $stopped ? implode( ' ', $stopped ) : 0;
		if ( Server::state()['cursor'] !== $cursor ) {
			Server::note( array( 'cursor' => $cursor ) );
		}
		$retry = Server::state()['retry_at'];
		if ( $retry > time() ) { // An hourly run would come some seconds too early for it.
			wp_clear_scheduled_hook( self::HOOK );
			wp_schedule_event( $retry, 'hourly', self::HOOK );
		}
	}

	/**
	 * Adds the column to the lists of the types that have a bar.
	 */
	public static function add_columns() {
		$settings = Settings::get();
		if ( '' === $settings['server'] ) {
			return;
		}
		foreach ( $settings['post_types'] as $type ) {
			add_filter( "manage_{$type}_posts_columns", array( __CLASS__, 'column' ) );
			add_action( "manage_{$type}_posts_custom_column", array( __CLASS__, 'show' ), 10, 2 );
			add_filter( "manage_edit-{$type}_sortable_columns", array( __CLASS__, 'sortable' ) );
		}
		add_filter( 'posts_clauses', array( __CLASS__, 'sort' ), 10, 2 );
		add_action( 'admin_enqueue_scripts', array( __CLASS__, 'narrow' ) );
	}

	/**
	 * Adds the column's heading.
	 *
	 * @param string[] $columns Headings by name.
	 * @return string[]
	 */
	public static function column( $columns ) {
		$columns[ self::COLUMN ] = __( 'Shares', 'buttond-sharing-bar' );
		return $columns;
	}

	/**
	 * Says that the column can be sorted, the highest first.
	 *
	 * @param array $columns Orders by name.
	 * @return array
	 */
	public static function sortable( $columns ) {
		$columns[ self::COLUMN ] = array( self::COLUMN, true );
		return $columns;
	}

	/**
	 * Prints a post's count.
	 *
	 * @param string $column  Name of a column.
	 * @param int    $post_id The post.
	 */
	public static function show( $column, $post_id ) {
		if ( self::COLUMN !== $column ) {
			return;
		}
		$count = get_post_meta( $post_id, self::META, true );
		if ( is_numeric( $count ) ) {
			echo esc_html( number_format_i18n( (int) $count ) );
		} else {
			echo '<span aria-hidden="true">&#8212;</span><span class="screen-reader-text">' . esc_html__( 'No count yet', 'buttond-sharing-bar' ) . '</span>';
		}
	}

	/**
	 * Keeps the column as narrow as its numbers.
	 *
	 * @param string $page The page's file.
	 */
	public static function narrow( $page ) {
		if ( 'edit.php' === $page ) {
			wp_add_inline_style( 'common', '.fixed .column-' . self::COLUMN . '{width:6.5em}' );
		}
	}

	/**
	 * Sorts a list by the counts: each post is in it once, those without a count last in both directions, and what is equal
	 * always in the same order.
	 *
	 * @param string[] $clauses Parts of SQL.
	 * @param WP_Query $query   The query.
	 * @return string[]
	 */
	public static function sort( $clauses, $query ) {
		if ( ! is_admin() || ! $query->is_main_query() || self::COLUMN !== $query->get( 'orderby' ) ) {
			return $clauses;
		}
		global $wpdb;
		$direction          = 'ASC' === strtoupper( $query->get( 'order' ) ) ? 'ASC' : 'DESC';
		$clauses['join']   .= $wpdb->prepare(
			" LEFT JOIN ( SELECT post_id, MAX( meta_value + 0 ) AS shares FROM {$wpdb->postmeta} WHERE meta_key = %s GROUP BY post_id ) AS buttond_counts ON buttond_counts.post_id = {$wpdb->posts}.ID",
			self::META
		);
		$clauses['orderby'] = "buttond_counts.shares IS NULL, buttond_counts.shares $direction, {$wpdb->posts}.post_date DESC, {$wpdb->posts}.ID DESC";
		return $clauses;
	}

	/**
	 * The links of the first posts that fit into one request.
	 *
	 * @param WP_Post[] $posts Posts, one at least.
	 * @return array Links by id, and the last post that is dealt with by them.
	 */
	private static function portion( array $posts ) {
		$links  = array();
		$length = 0;
		$last   = $posts[0];
		foreach ( $posts as $post ) {
			$link    = Public_Posts::link( $post );
			$length += '' === $link ? 0 : strlen( '&url=' . rawurlencode( $link ) );
			if ( $length > self::LENGTH && $links ) {
				break;
			}
			if ( '' !== $link ) {
				$links[ $post->ID ] = $link;
			}
			$last = $post;
		}
		return array( $links, $last );
	}

	/**
	 * Asks for counts and writes down those that are known.
	 *
	 * @param string[] $links Links by id of their posts.
	 * @return bool False where the server is down.
	 */
	private static function ask( array $links ) {
		$answer = Server::ask( '/v1/counts', array( 'url' => array_values( $links ) ) );
		if ( is_wp_error( $answer ) ) {
			return 'refused' === $answer->get_error_code(); // It counts none of these, and is there for others.
		}
		if ( ! isset( $answer['counts'] ) || ! is_array( $answer['counts'] ) || count( $answer['counts'] ) !== count( $links ) ) {
			Server::note_failure( 'not_buttond' );
			return false;
		}
		foreach ( array_combine( array_keys( $links ), array_values( $answer['counts'] ) ) as $id => $count ) {
			if ( is_int( $count ) && $count >= 0 ) { // What is unknown at the moment is null; the last known count stays.
				update_post_meta( $id, self::META, $count );
			}
		}
		return true;
	}

	/**
	 * The place that a cursor means.
	 *
	 * @param mixed $cursor As it is stored.
	 * @return array Date and id of a post; empty for none.
	 */
	private static function place( $cursor ) {
		return is_string( $cursor ) && preg_match( '/^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (\d+)$/D', $cursor, $parts )
			? array( $parts[1], (int) $parts[2] ) : array();
	}
}
