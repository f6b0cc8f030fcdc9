<?php
/**
 * The posts that anybody may read, in portions, and their links.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

use WP_Post;

defined( 'ABSPATH' ) || exit;

/**
 * What leaves the blog begins here: the address of a draft, a private post or one with a password is in no request and in
 * no file.
 */
final class Public_Posts {

	/**
	 * The longest link that a server counts, in bytes.
	 */
	const LONGEST_LINK = 2048;

	/**
	 * Types whose posts have pages of their own.
	 *
	 * @return string[]
	 */
	public static function types() {
		return array_values( array_diff( array_filter( get_post_types(), 'is_post_type_viewable' ), array( 'attachment' ) ) );
	}

	/**
	 * Posts behind one, by their ids.
	 *
	 * @param int $id    That one.
	 * @param int $limit How many at most.
	 * @return WP_Post[] Ascending; empty at the end.
	 */
	public static function after( $id, $limit ) {
		return self::posts( self::types(), 'ID > %d', array( $id ), 'ID', $limit );
	}

	/**
	 * Posts before one, by their dates.
	 *
	 * @param array    $place Date and id of that one; empty for the newest.
	 * @param string[] $types Types of posts.
	 * @param int      $limit How many at most.
	 * @return WP_Post[] The newest first; empty at the end.
	 */
	public static function before( array $place, array $types, $limit ) {
		if ( $place ) {
			list( $date, $id ) = $place;
			return self::posts( $types, '( post_date < %s OR ( post_date = %s AND ID < %d ) )', array( $date, $date, $id ), 'post_date DESC, ID DESC', $limit );
		}
		return self::posts( $types, '1 = %d', array( 1 ), 'post_date DESC, ID DESC', $limit );
	}

	/**
	 * The link that the bar of a post shares.
	 *
	 * @param WP_Post $post The post.
	 * @return string '' where it has none that can be counted.
	 */
	public static function link( WP_Post $post ) {
		if ( '' !== $post->post_password || ! is_post_publicly_viewable( $post ) ) {
			return '';
		}
		$args = Bar::shared( $post );
		$link = Button::link( $args['url'] );
		return strlen( $link ) > self::LONGEST_LINK ? '' : $link;
	}

	/**
	 * Forgets the posts of the last portion, so that memory has one at a time.
	 */
	public static function forget() {
		global $wpdb;
		if ( wp_cache_supports( 'flush_runtime' ) ) {
			wp_cache_flush_runtime();
		}
		$wpdb->queries = array(); // Where SAVEQUERIES is on.
	}

	/**
	 * Begins a file of comma-separated values for the admin to save, written as it is made, whatever its size.
	 *
	 * @param string $name    Its name.
	 * @param string $heading Its first line.
	 */
	public static function begin_file( $name, $heading ) {
		while ( ob_get_level() && ob_end_clean() ) {
			continue; // What other plugins hold back would be held in memory.
		}
		if ( function_exists( 'set_time_limit' ) ) {
			set_time_limit( 0 ); // phpcs:ignore Squiz.PHP.DiscouragedFunctions.Discouraged -- a file of 100,000 posts takes longer than a page.
		}
		nocache_headers();
		header( 'Content-Type: text/csv; charset=utf-8' );
		header( 'Content-Disposition: attachment; filename="' . sanitize_file_name( $name ) . '"' );
		echo esc_html( $heading ), "\n";
	}

	/**
	 * Writes a line of it; esc_url_raw() leaves no quotes in an address.
	 *
	 * @param string     $link  An address.
	 * @param string|int $other Another one, or a number.
	 */
	public static function write_line( $link, $other ) {
		echo '"', esc_url_raw( $link ), '","';
		if ( is_int( $other ) ) {
			echo absint( $other );
		} else {
			echo esc_url_raw( $other );
		}
		echo '"', "\n";
	}

	/**
	 * Published posts without a password.
	 *
	 * @param string[] $types  Types of posts.
	 * @param string   $where  SQL with placeholders.
	 * @param array    $values Their values.
	 * @param string   $order  SQL.
	 * @param int      $limit  How many at most.
	 * @return WP_Post[]
	 */
	private static function posts( array $types, $where, array $values, $order, $limit ) {
		global $wpdb;
		if ( ! $types ) {
			return array();
		}
		$marks = implode( ', ', array_fill( 0, count( $types ), '%s' ) );
		// phpcs:disable PluginCheck.Security.DirectDB, WordPress.DB.DirectDatabaseQuery, WordPress.DB.PreparedSQL.InterpolatedNotPrepared, WordPress.DB.PreparedSQLPlaceholders -- WP_Query cannot go on behind a post. The variables hold placeholders and names of columns. Read once, in cron and for files.
		$ids = $wpdb->get_col(
			$wpdb->prepare(
				"SELECT ID FROM {$wpdb->posts} WHERE post_type IN ($marks) AND post_status = 'publish' AND post_password = '' AND $where ORDER BY $order LIMIT %d",
				array_merge( $types, $values, array( $limit ) )
			)
		);
		// phpcs:enable
		_prime_post_caches( $ids );
		return array_values( array_filter( array_map( 'get_post', $ids ) ) );
	}
}
